namespace Robustness.Data;

/// <summary>What an attack may do to a part of a prompt.</summary>
public enum ChunkKind
{
    /// <summary>Nothing.</summary>
    Immutable,

    /// <summary>Insert its tokens; the text stays.</summary>
    Perturbable,

    /// <summary>Put its tokens in place of the text.</summary>
    Overwritable,
}

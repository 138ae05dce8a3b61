namespace Robustness.Emulator;

/// <summary>A frame slot that is filled before a function runs.</summary>
internal sealed record FrameConstant(
    int Offset,
    bool Wide,
    ulong Value,
    string? Special,
    bool Local
);

/// <summary>
/// A decoded function: code, frame layout and what its frames hold from the start.
/// </summary>
internal sealed unsafe class DecodedFunction(PtxFunction source)
{
    public PtxFunction Source { get; } = source;

    public Op[] Code { get; set; } = [];

    public Op* First { get; set; }

    public int FrameBytes { get; set; }

    public int LocalBytes { get; set; }

    public int SharedBytes { get; set; }

    public int ParameterBytes { get; set; }

    public List<FrameConstant> Constants { get; } = [];

    public int RegisterSlots { get; set; }

    /// <summary>Whether the order of blocks can be seen in results.</summary>
    public bool NeedsOrder { get; set; }
}

namespace Robustness.Numerics;

/// <summary>numpy's integer types: the width decides how random integers are drawn.</summary>
public enum IntegerType
{
    /// <summary>One bit of a 32-bit draw.</summary>
    Boolean,

    /// <summary>Quarter of a 32-bit draw.</summary>
    Int8,

    /// <summary>Quarter of a 32-bit draw, unsigned.</summary>
    UInt8,

    /// <summary>Half of a 32-bit draw.</summary>
    Int16,

    /// <summary>Half of a 32-bit draw, unsigned.</summary>
    UInt16,

    /// <summary>A 32-bit draw.</summary>
    Int32,

    /// <summary>A 32-bit draw, unsigned.</summary>
    UInt32,

    /// <summary>A 32-bit draw where the range allows it, else a 64-bit draw; the default.</summary>
    Int64,

    /// <summary>As <see cref="Int64"/>, unsigned.</summary>
    UInt64,
}

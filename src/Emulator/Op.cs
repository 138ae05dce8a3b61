namespace Robustness.Emulator;

/// <summary>How the warp loop runs a decoded instruction.</summary>
internal enum OpKind
{
    /// <summary>Pure function of the operands, lane by lane.</summary>
    Lanes,

    /// <summary>Handler that sees the warp and the mask.</summary>
    Warp,
    Branch,
    Exit,
    Barrier,
    Collective,
}

/// <summary>Class of an instruction in the counters.</summary>
internal enum OpClass
{
    Integer,
    Float,
    Double,
    Half,
    Special,
    Tensor,
    Memory,
    Control,
    Conversion,
    Other,
}

/// <summary>
/// One decoded instruction. Operands are byte offsets into the frame: 32 lanes of 4 or 8 bytes,
/// predicates one 32-bit mask.
/// </summary>
internal unsafe struct Op
{
    public delegate* <byte*, byte*, byte*, byte*, Op*, void> Lanes;
    public delegate* <Warp, Op*, uint, void> Run;
    public OpKind Kind;

    /// <summary>Bytes per lane of the result: 4, 8, or 0 for a predicate.</summary>
    public int Width;
    public int D;
    public int A;
    public int B;
    public int C;

    /// <summary>Second predicate result of setp, or -1.</summary>
    public int D2;

    /// <summary>Guard's offset, or -1.</summary>
    public int Guard;
    public bool GuardNegated;
    public OpClass Class;
    public int Flops;
    public int Line;
    public int Index;
    public int Target;

    /// <summary>Handler-specific number: offset of an address, rounding bits, immediate.</summary>
    public long Imm;
    public int Mode;
    public PtxSpace Space;
    public PtxType Type;
    public int Count;

    /// <summary>Frame offsets of vector operands; -1 is the sink.</summary>
    public fixed int X[24];

    /// <summary>Bytes per lane of the vector operands' registers.</summary>
    public int Stride;
}

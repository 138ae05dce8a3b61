namespace Robustness.Emulator;

/// <summary>How the warp loop runs a decoded instruction.</summary>
internal enum OpKind : byte
{
    /// <summary>Pure function of the operands, lane by lane.</summary>
    Lanes,

    /// <summary>Handler that sees the warp and the mask.</summary>
    Warp,

    /// <summary>The same two under a guard.</summary>
    GuardedLanes,
    GuardedWarp,

    // Everything from here on may move the split elsewhere.
    Branch,
    IndexedBranch,
    Call,
    Return,
    Exit,
    Trap,
    Barrier,
    Collective,
}

/// <summary>Class of an instruction in the counters.</summary>
internal enum OpClass : byte
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
    public const int VectorLength = 24;

    public delegate* <byte*, byte*, byte*, byte*, Op*, void> Lanes;
    public delegate* <Warp, Op*, uint, void> Run;
    public int D;
    public int A;
    public int B;
    public int C;

    /// <summary>Guard's offset, or -1.</summary>
    public int Guard;

    /// <summary>Position in the kernel's code.</summary>
    public int Index;
    public OpKind Kind;

    /// <summary>Bytes per lane of the result: 4, 8, or 0 for a predicate.</summary>
    public int Width;
    public OpClass Class;
    public bool GuardNegated;
    public PtxType Type;
    public PtxSpace Space;

    /// <summary>Bytes per lane of the vector operands' registers.</summary>
    public int Stride;
    public int Flops;

    /// <summary>Second predicate result of setp, or -1.</summary>
    public int D2;
    public int Target;
    public int Mode;
    public int Count;

    /// <summary>Handler-specific number: offset of an address, rounding bits, immediate.</summary>
    public long Imm;

    /// <summary>Frame offsets of vector operands; -1 is the sink.</summary>
    public int* X;
}

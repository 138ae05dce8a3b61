namespace Robustness.Emulator;

/// <summary>A frame slot that is filled before a function runs.</summary>
internal sealed record FrameConstant(
    int Offset,
    bool Wide,
    ulong Value,
    string? Special,
    bool Local
);

/// <summary>Variables of the caller that a call copies into parameters and back.</summary>
internal sealed record CallSite(
    string Name,
    int Function,
    PtxVariable[] Returns,
    PtxVariable[] Arguments,
    int Line
)
{
    /// <summary>The target is an address in a register.</summary>
    public const int Indirect = -1;
    public const int Print = -2;
    public const int Assert = -3;
}

/// <summary>
/// A decoded function: where its code begins, its frame's layout and what frames hold from the
/// start.
/// </summary>
internal sealed class DecodedFunction(PtxFunction source, int start)
{
    public PtxFunction Source { get; } = source;

    /// <summary>Index of the first instruction in the kernel's code.</summary>
    public int Start { get; } = start;

    public int FrameBytes { get; set; }

    public int WideSlots { get; set; }

    public int NarrowSlots { get; set; }

    public int PredicateSlots { get; set; }

    public int LocalBytes { get; set; }

    public List<FrameConstant> Constants { get; } = [];
}

/// <summary>A kernel with all functions it can reach, decoded into one run of code.</summary>
internal sealed unsafe class DecodedKernel(PtxFunction source)
{
    public PtxFunction Source { get; } = source;

    /// <summary>The entry first.</summary>
    public List<DecodedFunction> Functions { get; } = [];

    public List<CallSite> Calls { get; } = [];

    /// <summary>Targets of indexed branches.</summary>
    public List<int[]> Tables { get; } = [];

    /// <summary>Matrix products on fragments, and fragments that move from and to memory.</summary>
    public List<FragmentProduct> Products { get; } = [];

    public List<FragmentTransfer> Transfers { get; } = [];

    public Op[] Code { get; set; } = [];

    public int[] Vectors { get; set; } = [];

    public Op* First { get; set; }

    /// <summary>The instruction as written; null for the implicit end of a function.</summary>
    public PtxInstruction?[] Instructions { get; set; } = [];

    public int SharedBytes { get; set; }

    public int ParameterBytes { get; set; }

    /// <summary>Local bytes of a thread with all calls.</summary>
    public int LocalBytes { get; set; }

    /// <summary>Whether the order of blocks can be seen in results.</summary>
    public bool NeedsOrder { get; set; }

    public DecodedFunction FunctionAt(int pc)
    {
        int i = Functions.Count - 1;
        while (Functions[i].Start > pc)
        {
            i--;
        }
        return Functions[i];
    }
}

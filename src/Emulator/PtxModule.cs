namespace Robustness.Emulator;

/// <summary>State spaces.</summary>
public enum PtxSpace : byte
{
    Generic,
    Global,
    Shared,
    Local,
    Const,
    Param,
}

/// <summary>A register of one function; ids are dense from 0.</summary>
internal sealed record PtxRegister(int Id, string Name, PtxType Type);

/// <summary>Address stored in an initialiser: which symbol, at which byte.</summary>
internal sealed record PtxReference(int Offset, int Size, string Symbol, long Addend, bool Generic);

/// <summary>A variable or parameter: its bytes, alignment and initial value.</summary>
internal sealed record PtxVariable(string Name, PtxSpace Space, PtxType Type, int Line)
{
    public int Alignment { get; set; } = 1;

    public long Bytes { get; set; }

    public byte[]? Initial { get; set; }

    public List<PtxReference> References { get; } = [];

    public bool External { get; set; }

    /// <summary>A parameter or result that is a register.</summary>
    public bool InRegister { get; set; }

    /// <summary>Byte offset within its window, set when the function is laid out.</summary>
    public long Offset { get; set; }
}

/// <summary>Source position of a .loc line; inlined code names the position it came from.</summary>
internal sealed record PtxLocation(int File, int Line, PtxLocation? InlinedAt);

/// <summary>An operand as written.</summary>
internal sealed record PtxOperand(PtxOperandKind Kind)
{
    public PtxRegister? Register { get; init; }

    public string Name { get; init; } = "";

    /// <summary>Which parts of a register a video instruction takes: b0, h1, b3210.</summary>
    public string Selector { get; init; } = "";

    /// <summary>The variable of the function that a symbol names; null for the module's.</summary>
    public PtxVariable? Variable { get; init; }

    public ulong Bits { get; init; }

    public long Offset { get; init; }

    public bool Negated { get; init; }

    public PtxOperand[] Items { get; init; } = [];
}

/// <summary>What an operand is.</summary>
internal enum PtxOperandKind
{
    Register,
    Integer,
    Single,
    Double,
    Symbol,
    Special,
    Address,
    Vector,
    Pair,
    Sink,
}

/// <summary>One instruction as written.</summary>
internal sealed record PtxInstruction(int Line, string Text, PtxOperand[] Operands)
{
    public PtxRegister? Guard { get; init; }

    public bool GuardNegated { get; init; }

    public PtxLocation? Location { get; init; }

    /// <summary>The operation's parts between dots.</summary>
    public string[] Parts { get; } = Text.Split('.');
}

/// <summary>A kernel or device function.</summary>
internal sealed class PtxFunction(string name, bool isEntry, int line)
{
    public string Name { get; } = name;

    public bool IsEntry { get; } = isEntry;

    public int Line { get; } = line;

    public List<PtxVariable> Parameters { get; } = [];

    public List<PtxVariable> Returns { get; } = [];

    public List<PtxVariable> Variables { get; } = [];

    public List<PtxRegister> Registers { get; } = [];

    public List<PtxInstruction> Code { get; } = [];

    public Dictionary<string, int> Labels { get; } = [];

    public Dictionary<string, string[]> Targets { get; } = [];

    public bool HasBody { get; set; }

    public int MaxThreads { get; set; } = 1024;
}

/// <summary>A parsed module.</summary>
internal sealed class PtxModule
{
    public int Version { get; set; }

    public int Target { get; set; } = 80;

    /// <summary>Bytes of static shared variables outside of entries.</summary>
    public int SharedBytes { get; set; }

    public Dictionary<string, PtxFunction> Functions { get; } = [];

    public Dictionary<string, PtxVariable> Variables { get; } = [];

    public Dictionary<int, string> Files { get; } = [];
}

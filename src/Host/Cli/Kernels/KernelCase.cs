using Robustness.Interop;

namespace Robustness.Cli.Kernels;

/// <summary>A case: code, device memory and the launches to run on it, all checked.</summary>
/// <param name="File">The case file as the user named it.</param>
internal sealed record KernelCase(string File)
{
    public required CaseProgram Program { get; init; }

    public required IReadOnlyList<CaseBuffer> Buffers { get; init; }

    /// <summary>Initial values of <c>__constant__</c> and <c>__device__</c> variables.</summary>
    public required IReadOnlyList<CaseBuffer> Variables { get; init; }

    public required IReadOnlyList<CaseLaunch> Launches { get; init; }

    public long InstructionsPerThread { get; init; } = 1_000_000_000;

    public bool FailOnFault { get; init; } = true;
}

/// <summary>What the code is.</summary>
internal enum CaseProgramKind
{
    Source,
    Ptx,
    Builtin,
}

/// <summary>The code of a case.</summary>
/// <param name="File">Full path of the file; empty for the program's own kernels.</param>
/// <param name="Name">As the case names it.</param>
internal sealed record CaseProgram(CaseProgramKind Kind, string File, string Name)
{
    public string Architecture { get; init; } = "compute_80";

    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>Full paths of the folders that includes are searched in.</summary>
    public IReadOnlyList<string> Include { get; init; } = [];
}

/// <summary>Device memory of a case: an allocation or a variable of the module.</summary>
/// <param name="Field">Where it stands in the case.</param>
/// <param name="Initial">Bytes before the first launch; null means uninitialised.</param>
internal sealed record CaseBuffer(
    string Field,
    string Name,
    ElementType Type,
    long Count,
    byte[]? Initial,
    bool IsOutput
)
{
    public ulong ByteCount => (ulong)Count * (ulong)Type.Bytes;
}

/// <summary>One launch.</summary>
internal sealed record CaseLaunch(
    string Field,
    string Kernel,
    Dim3 Grid,
    Dim3 Block,
    uint SharedBytes,
    IReadOnlyList<CaseArgument> Arguments
);

/// <summary>An argument: bytes, or a buffer's address plus a number of bytes.</summary>
/// <param name="Kind">What the case calls it, for messages.</param>
/// <param name="Bytes">The value; eight bytes that are filled in for a buffer.</param>
/// <param name="Buffer">Name of the buffer, or null.</param>
/// <param name="Offset">Bytes added to the buffer's address.</param>
internal sealed record CaseArgument(string Kind, byte[] Bytes, string? Buffer, ulong Offset);

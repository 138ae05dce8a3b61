namespace Robustness.Interop;

/// <summary>
/// What NVRTC compiles: a source, headers by the names that includes use, options.
/// </summary>
/// <param name="Name">Name of the source in messages and line information.</param>
/// <param name="Source">CUDA C++.</param>
public sealed record NvrtcProgram(string Name, string Source)
{
    /// <summary>Include name to text; others are searched in the folders of the options.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } =
        new Dictionary<string, string>();

    public IReadOnlyList<string> Options { get; init; } = [];
}

/// <summary>What NVRTC made.</summary>
/// <param name="Ptx">PTX text, without the final NUL.</param>
/// <param name="Cubin">Machine code; empty unless the architecture is a real one (sm_80).</param>
/// <param name="Log">Warnings and the assembler's lines; often empty.</param>
public sealed record NvrtcOutput(string Ptx, byte[] Cubin, string Log);

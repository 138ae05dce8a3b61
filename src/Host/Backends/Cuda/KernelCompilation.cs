using Robustness.Interop;

namespace Robustness.Backends.Cuda;

/// <summary>Compiles the engine's own kernels.</summary>
/// <param name="sources">What is compiled.</param>
/// <param name="compiler">NVRTC of this machine.</param>
public sealed class KernelCompilation(KernelSources sources, NvrtcCompiler compiler)
{
    // Multiplications and additions stay apart unless the source writes fmaf: the same bits on
    // every device and in the emulator.
    private static readonly string[] s_options = ["-std=c++17", "-lineinfo", "--fmad=false"];

    /// <summary>PTX with file names as the sources write them.</summary>
    /// <param name="architecture">compute_80 or later.</param>
    public string CompilePtx(string architecture) =>
        PtxFileNames.Relative(
            Compile(architecture, []).Ptx,
            [Directory.GetCurrentDirectory()],
            KernelSources.Main
        );

    /// <summary>Machine code, and in the log what the assembler says about each kernel.</summary>
    /// <param name="architecture">sm_80 or later.</param>
    public NvrtcOutput CompileCubin(string architecture) =>
        Compile(architecture, ["-Xptxas", "-v"]);

    /// <summary>Names everything that the PTX depends on.</summary>
    public string CacheKey(string architecture) =>
        KernelCache.Key([
            sources.Hash,
            string.Join(' ', s_options),
            compiler.Version.ToString(),
            architecture,
        ]);

    private NvrtcOutput Compile(string architecture, string[] more) =>
        compiler.Compile(
            new NvrtcProgram(KernelSources.Main, sources.Files[KernelSources.Main])
            {
                Headers = sources
                    .Files.Where(file => file.Key != KernelSources.Main)
                    .ToDictionary(file => file.Key, file => file.Value),
                Options = [$"-arch={architecture}", .. s_options, .. more],
            }
        );
}

using Robustness.Backends.Cuda;
using Robustness.Emulator;
using Robustness.Interop;
using Robustness.Results;

namespace Robustness.Cli.Kernels;

/// <summary>The PTX of a case and the signatures of its kernels.</summary>
internal sealed record CaseCode(string Ptx, IReadOnlyDictionary<string, PtxSignature> Signatures)
{
    private const string PtxAdvice = "A .ptx file as NVRTC or nvcc writes it is expected.";

    /// <exception cref="InputFaultException">The file cannot be read, or is not PTX.</exception>
    /// <exception cref="NvrtcException">The source does not compile.</exception>
    public static CaseCode Load(KernelCase kernelCase, Action<string> say)
    {
        CaseProgram program = kernelCase.Program;
        string ptx = program.Kind switch
        {
            CaseProgramKind.Source => Compile(program, say),
            CaseProgramKind.Ptx => File.ReadAllText(program.File),
            _ => BuiltIn(say),
        };
        try
        {
            return new CaseCode(ptx, PtxSignature.ReadAll(ptx));
        }
        catch (PtxException error)
        {
            throw new InputFaultException(
                $"{program.Name}: {error.Message.TrimEnd('.')}. {PtxAdvice}"
            );
        }
    }

    private static string BuiltIn(Action<string> say)
    {
        const int ComputeCapability = 80;
        var cache = new KernelCache(KernelCache.DefaultFolder(), say);
        KernelPtx kernels = KernelPtx.Load(ComputeCapability, cache);
        say($"Kernels from {kernels.Origin}.");
        return kernels.Text;
    }

    private static string Compile(CaseProgram program, Action<string> say)
    {
        NvrtcCompiler compiler =
            NvrtcCompiler.TryLoad(out string reason)
            ?? throw new InputFaultException($"{program.Name}: {reason}");
        string[] options =
        [
            $"-arch={program.Architecture}",
            "-std=c++17",
            "-lineinfo",
            .. program.Include.Select(folder => $"--include-path={folder}"),
            .. program.Options,
        ];
        string name = program.Name.Replace('\\', '/');
        NvrtcOutput output = compiler.Compile(
            new NvrtcProgram(name, File.ReadAllText(program.File)) { Options = options }
        );
        if (output.Log.Length > 0)
        {
            say(output.Log.TrimEnd());
        }
        return PtxFileNames.Relative(output.Ptx, program.Include, name);
    }
}

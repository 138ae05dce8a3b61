using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Robustness.Backends.Cuda;
using Robustness.Emulator;
using Robustness.Interop;
using Robustness.Results;

namespace Robustness.Cli.Kernels;

/// <summary>
/// <c>kernels compile</c>: what each kernel takes of a GPU, PTX files, the bundle.
/// </summary>
internal static partial class KernelsCompileCommand
{
    // Of the kernels: bf16 and tensor cores as they use them.
    private const int OldestArchitecture = 80;

    public static Command Create(Terminal terminal)
    {
        var architectures = new Option<string>("--arch")
        {
            Description = "Real architectures, comma separated.",
            DefaultValueFactory = _ => "sm_80,sm_90",
        };
        var bundle = new Option<bool>("--bundle")
        {
            Description = $"Remake {KernelBundle.RepositoryPath} in this working tree.",
        };
        var ptxFile = new Option<string?>("--ptx-out")
        {
            Description = "Write the PTX for the first architecture.",
        };
        var json = CommonOptions.Json("registers, spills, shared memory and occupancy");
        var command = new Command(
            "compile",
            "Compiles the kernels with NVRTC. Exit code 1 when a kernel spills registers.\n\n"
                + "Example:\n  robustness kernels compile --arch sm_80"
        )
        {
            architectures,
            bundle,
            ptxFile,
            json,
        };
        command.SetAction(parsed =>
        {
            string[] names = Parse(parsed.GetRequiredValue(architectures));
            string? file = parsed.GetValue(ptxFile);
            try
            {
                var compilation = new KernelCompilation(KernelSources.Embedded(), Compiler(names));
                if (parsed.GetValue(bundle))
                {
                    WriteBundle(terminal, compilation);
                }
                if (file is not null)
                {
                    WriteFile(file, compilation.CompilePtx(Virtual(names[0])));
                }
                return Report(terminal, compilation, names, parsed.GetValue(json));
            }
            catch (NvrtcException error)
            {
                terminal.Error($"{KernelSources.Main}: {error.Message}");
                terminal.Say(error.Log);
                return 2;
            }
        });
        return command;
    }

    private static string[] Parse(string list)
    {
        string[] names = list.Split(',', StringSplitOptions.TrimEntries);
        foreach (string name in names.Where(name => !RealArchitecture().IsMatch(name)))
        {
            throw new InputFaultException(
                $"--arch: found '{name}'; allowed: real architectures such as sm_80,sm_90."
            );
        }
        return names;
    }

    private static NvrtcCompiler Compiler(string[] names)
    {
        NvrtcCompiler compiler =
            NvrtcCompiler.TryLoad(out string reason) ?? throw new InputFaultException(reason);
        int[] known = [.. compiler.Architectures().Where(n => n >= OldestArchitecture)];
        foreach (string name in names.Where(name => !known.Contains(Number(name))))
        {
            throw new InputFaultException(
                $"--arch: found {name}; allowed by NVRTC {compiler.Version}: "
                    + string.Join(", ", known.Select(n => $"sm_{n}"))
                    + "."
            );
        }
        return compiler;
    }

    private static int Report(
        Terminal terminal,
        KernelCompilation compilation,
        string[] names,
        bool asJson
    )
    {
        var threads = PtxSignature.ReadAll(compilation.CompilePtx(KernelBundle.Architecture));
        var rows = new JsonArray();
        int spilled = 0;
        foreach (string name in names)
        {
            terminal.Say($"{name, -34} registers  stack  spills  shared  blocks/SM  occupancy");
            foreach (var kernel in AssemblerLog.Read(compilation.CompileCubin(name).Log))
            {
                int blockThreads = threads[kernel.Kernel].MaxThreads;
                int blocks = kernel.BlocksPerMultiprocessor(blockThreads, Number(name));
                double occupancy = blocks * blockThreads / 2048.0;
                spilled += kernel.SpillBytes > 0 ? 1 : 0;
                terminal.Say(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{kernel.Kernel, -34} {kernel.Registers, 9}  {kernel.StackBytes, 5}  "
                            + $"{kernel.SpillBytes, 6}  {kernel.SharedBytes, 6}  {blocks, 9}  "
                            + $"{occupancy, 9:P0}"
                    )
                );
                rows.Add(Describe(name, kernel, blocks, occupancy));
            }
        }
        if (asJson)
        {
            terminal.Output.WriteLine(rows.ToJsonString(JsonText.Indented));
        }
        if (spilled > 0)
        {
            terminal.Error($"{spilled} kernels spill registers; none may.");
        }
        return spilled > 0 ? 1 : 0;
    }

    private static JsonObject Describe(
        string architecture,
        KernelResources kernel,
        int blocks,
        double occupancy
    ) =>
        new JsonObject
        {
            ["arch"] = architecture,
            ["kernel"] = kernel.Kernel,
            ["registers"] = kernel.Registers,
            ["stack_bytes"] = kernel.StackBytes,
            ["spill_bytes"] = kernel.SpillBytes,
            ["shared_bytes"] = kernel.SharedBytes,
            ["blocks_per_multiprocessor"] = blocks,
            ["occupancy"] = occupancy,
        };

    private static void WriteBundle(Terminal terminal, KernelCompilation compilation)
    {
        string? folder = Directory.GetCurrentDirectory();
        while (folder is not null && !File.Exists(Path.Combine(folder, "Robustness.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }
        if (folder is null)
        {
            throw new InputFaultException(
                "--bundle: the working directory is not inside the repository; it is written to "
                    + $"{KernelBundle.RepositoryPath} there."
            );
        }
        var sources = KernelSources.Embedded();
        var bundle = KernelBundle.Create(
            sources,
            compilation.CompilePtx(KernelBundle.Architecture)
        );
        WriteFile(Path.Combine(folder, KernelBundle.RepositoryPath), bundle.Ptx);
        terminal.Say($"{KernelBundle.RepositoryPath}: sources {sources.Hash[..12]}");
    }

    private static void WriteFile(string path, string text)
    {
        try
        {
            AtomicFile.WriteText(path, text);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputFaultException($"{path}: cannot be written: {error.Message}");
        }
    }

    private static int Number(string architecture) =>
        int.Parse(architecture.AsSpan("sm_".Length), CultureInfo.InvariantCulture);

    private static string Virtual(string architecture) => "compute_" + architecture["sm_".Length..];

    [GeneratedRegex("^sm_[0-9]{2,3}$")]
    private static partial Regex RealArchitecture();
}

using System.CommandLine;
using System.Globalization;
using System.Text;
using Robustness.Emulator;
using Robustness.Interop;
using Robustness.Results;

namespace Robustness.Cli.Kernels;

/// <summary><c>kernels run</c>: any kernel on given buffers, with checks and counters.</summary>
internal static class KernelsRunCommand
{
    private const string ReportFile = "report.json";
    private const string PrintedFile = "printf.txt";

    public static Command Create(Terminal terminal)
    {
        var file = new Argument<string>("case") { Description = "A case file; docs/kernels.md." };
        var folder = new Option<string>("--out")
        {
            Description = "Folder for the outputs and report.json.",
            Required = true,
        };
        var backend = new Option<string>("--backend")
        {
            Description = "Where the kernels run.",
            DefaultValueFactory = _ => "emulator",
        };
        backend.AcceptOnlyFromAmong("emulator", "cuda");
        var checks = new Option<string>("--check")
        {
            Description = $"Comma separated: {CheckList.Names}; or all, or none.",
            DefaultValueFactory = _ => "all",
        };
        var command = new Command(
            "run",
            "Compiles or loads code and runs its launches on given buffers.\n\n"
                + "Example:\n  robustness kernels run scale.json --out out"
        )
        {
            file,
            folder,
            backend,
            checks,
        };
        command.SetAction(parsed =>
            Run(
                terminal,
                parsed.GetRequiredValue(file),
                parsed.GetRequiredValue(folder),
                parsed.GetRequiredValue(backend),
                CheckList.Parse(parsed.GetRequiredValue(checks))
            )
        );
        return command;
    }

    private static int Run(
        Terminal terminal,
        string file,
        string folder,
        string backend,
        EmulatorChecks checks
    )
    {
        KernelCase kernelCase = KernelCaseReader.Read(file);
        Prepare(folder);
        CaseCode code;
        try
        {
            code = CaseCode.Load(kernelCase, terminal.Say);
        }
        catch (NvrtcException error)
        {
            terminal.Error($"{kernelCase.Program.Name}: {error.Message}");
            terminal.Say(error.Log);
            return 2;
        }
        bool isEmulated = backend == "emulator";
        using ICudaDriver driver = isEmulated
            ? new EmulatedCudaDriver(
                new EmulatorOptions
                {
                    Checks = checks,
                    InstructionsPerThread = kernelCase.InstructionsPerThread,
                    HostThreads = Environment.ProcessorCount,
                }
            )
            : InstalledDriver();
        var run = new CaseRun(kernelCase, code, driver);
        run.Run();
        Write(folder, run, driver.Name, isEmulated ? CheckList.NamesOf(checks) : []);
        return Tell(terminal, kernelCase, run);
    }

    private static CudaDriver InstalledDriver()
    {
        try
        {
            return CudaDriver.Load();
        }
        catch (Exception error) when (error is NativeLibraryException or CudaException)
        {
            throw new InputFaultException($"--backend cuda: {error.Message}");
        }
    }

    /// <summary>The folder exists, can be written and holds no results of another run.</summary>
    private static void Prepare(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            File.Delete(Path.Combine(folder, PrintedFile));
            AtomicFile.WriteText(Path.Combine(folder, ReportFile), "");
            File.Delete(Path.Combine(folder, ReportFile));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputFaultException($"--out {folder}: {error.Message}");
        }
    }

    // The report comes last: where it stands, the outputs are whole.
    private static void Write(
        string folder,
        CaseRun run,
        string backend,
        IReadOnlyList<string> checks
    )
    {
        foreach ((string name, byte[] bytes) in run.Outputs)
        {
            AtomicFile.Write(Path.Combine(folder, name + ".bin"), stream => stream.Write(bytes));
        }
        string printed = string.Concat(run.Results.Select(result => result.Report?.Output));
        if (printed.Length > 0)
        {
            AtomicFile.WriteText(Path.Combine(folder, PrintedFile), printed);
        }
        var report = CaseReport.Create(backend, checks, run.Results);
        AtomicFile.WriteText(
            Path.Combine(folder, ReportFile),
            report.ToJsonString(JsonText.Indented) + "\n"
        );
    }

    private static int Tell(Terminal terminal, KernelCase kernelCase, CaseRun run)
    {
        const int MostShown = 10;
        long total = run.Results.Sum(result => result.FaultCount);
        foreach (CaseLaunchResult result in run.Results)
        {
            string place = $"{result.Launch.Field} {result.Launch.Kernel}";
            var text = new StringBuilder(place);
            text.Append(CultureInfo.InvariantCulture, $": {result.Seconds:F3} s, ");
            text.Append(CultureInfo.InvariantCulture, $"{result.FaultCount} faults");
            terminal.Say(text.ToString());
            foreach (Fault fault in (result.Report?.Faults ?? []).Take(MostShown))
            {
                terminal.Say("  " + CaseReport.Describe(fault));
            }
        }
        return total > 0 && kernelCase.FailOnFault ? 1 : 0;
    }
}

using System.Diagnostics;
using System.Text;

namespace Robustness.Tests.Cli;

/// <summary>The real program in a process of its own, with what it said.</summary>
internal sealed class StudyProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _errors = new();

    private StudyProcess(ProcessStartInfo start)
    {
        start.RedirectStandardError = true;
        start.RedirectStandardOutput = true;
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_errors)
            {
                _errors.Append(line.Data).Append('\n');
            }
        };
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
    }

    private static string Program => Path.Combine(AppContext.BaseDirectory, "robustness.dll");

    /// <summary>Its number.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>All that it wrote to standard error so far.</summary>
    public string Errors
    {
        get
        {
            lock (_errors)
            {
                return _errors.ToString().Trim();
            }
        }
    }

    /// <summary>Starts the program.</summary>
    public static StudyProcess Start(params string[] arguments) =>
        new(new ProcessStartInfo("dotnet", [Program, .. arguments]));

    /// <summary>Runs a shell script.</summary>
    /// <param name="script">Its $1 is the program.</param>
    /// <param name="arguments">$2 and so on.</param>
    public static StudyProcess Script(string script, params string[] arguments) =>
        new(new ProcessStartInfo("bash", ["-c", script, "bash", Program, .. arguments]));

    /// <summary>Waits for its end.</summary>
    /// <returns>The exit code.</returns>
    public int Wait()
    {
        _process.WaitForExit();
        return _process.ExitCode;
    }

    /// <summary>Waits for its end, but no longer.</summary>
    public bool Wait(TimeSpan time) => _process.WaitForExit(time);

    /// <summary>SIGKILL.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }
        _process.Dispose();
    }
}

namespace Robustness.Cli;

/// <summary>Where a command writes: results to the output, all else to the errors.</summary>
/// <param name="output">Standard output.</param>
/// <param name="errors">Standard error.</param>
/// <param name="cancellation">Cancelled by Ctrl-C and SIGTERM.</param>
public sealed class Terminal(TextWriter output, TextWriter errors, CancellationToken cancellation)
{
    private readonly TextReader? _input;

    /// <summary>Results, JSON.</summary>
    public TextWriter Output => output;

    /// <summary>Prose, progress and errors.</summary>
    public TextWriter Errors => errors;

    /// <summary>Cancelled by Ctrl-C and SIGTERM.</summary>
    public CancellationToken Cancellation => cancellation;

    /// <summary>Whether the errors go to a person's screen.</summary>
    public bool IsInteractive =>
        ReferenceEquals(errors, Console.Error) && !Console.IsErrorRedirected;

    /// <summary>Standard input.</summary>
    public TextReader Input
    {
        get => _input ?? Console.In;
        init => _input = value;
    }

    /// <summary>A line for people.</summary>
    public void Say(string line) => errors.WriteLine(line);

    /// <summary>A fault: one line, whatever the message holds.</summary>
    public void Error(string fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        errors.WriteLine("error: " + fault.ReplaceLineEndings(" "));
    }
}

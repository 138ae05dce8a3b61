namespace Robustness.Results;

/// <summary>
/// Input that cannot be used: one line per fault, each with place, what was found and what is
/// allowed. The command line prints them and ends with 2.
/// </summary>
public sealed class InputFaultException : Exception
{
    /// <summary>Several faults of one input.</summary>
    public InputFaultException(IReadOnlyList<string> faults)
        : base(string.Join("\n", faults)) => Faults = faults;

    /// <summary>One fault.</summary>
    public InputFaultException(string fault)
        : this([fault]) { }

    /// <summary>One line each.</summary>
    public IReadOnlyList<string> Faults { get; }
}

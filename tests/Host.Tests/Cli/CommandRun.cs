using System.Text.Json.Nodes;
using NUnit.Framework;
using Robustness.Cli;

namespace Robustness.Tests.Cli;

/// <summary>One command line, run in this process.</summary>
/// <param name="Code">Exit code.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Errors">Standard error.</param>
internal sealed record CommandRun(int Code, string Output, string Errors)
{
    /// <summary>The lines of standard error that tell a fault.</summary>
    public string[] Faults =>
        [.. Errors.Split('\n').Where(l => l.StartsWith("error: ", StringComparison.Ordinal))];

    /// <summary>Standard output as one JSON document.</summary>
    public JsonNode Json => JsonNode.Parse(Output)!;

    /// <summary>Runs a command.</summary>
    public static CommandRun Of(params IEnumerable<string> arguments) => With("", arguments);

    /// <summary>Runs a command that must end well.</summary>
    public static CommandRun Good(params IEnumerable<string> arguments)
    {
        var run = With("", arguments);
        Assert.That(run.Code, Is.Zero, run.Errors);
        return run;
    }

    /// <summary>Runs a command with text on standard input.</summary>
    public static CommandRun With(string input, params IEnumerable<string> arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var errors = new StringWriter { NewLine = "\n" };
        using var reader = new StringReader(input);
        var terminal = new Terminal(output, errors, default) { Input = reader };
        int code = CommandLine.Run([.. arguments], terminal);
        return new CommandRun(code, output.ToString(), errors.ToString());
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Robustness.Data;
using Robustness.Results;

namespace Robustness.Cli;

/// <summary>Where prompts come from: arguments, a file, or standard input.</summary>
internal static class PromptSource
{
    /// <summary>The name that means standard input.</summary>
    public const string StandardInput = "-";

    private const string Field = "prompt";

    /// <summary>
    /// Arguments as they are; of a text file or standard input each line that is not empty; of a
    /// .jsonl file the field "prompt" of each line, or the line itself where it is a string.
    /// </summary>
    /// <exception cref="InputFaultException">There is none, or a line is at fault.</exception>
    public static IReadOnlyList<string> Read(
        IReadOnlyList<string> arguments,
        string? file,
        TextReader input
    )
    {
        var prompts = new List<string>(arguments);
        if (file is not null || arguments.Count == 0)
        {
            prompts.AddRange(ReadFile(file ?? StandardInput, input));
        }
        return prompts.Count > 0
            ? prompts
            : throw new InputFaultException("prompt: found none; give one, or a file with --file.");
    }

    private static IEnumerable<string> ReadFile(string file, TextReader input)
    {
        string text = file == StandardInput ? input.ReadToEnd() : TextFile.Read(file);
        var lines = text.Split('\n').Select(l => l.TrimEnd('\r')).ToList();
        bool json = file.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase);
        for (int i = 0; i < lines.Count; i++)
        {
            if (lines[i].Length > 0)
            {
                yield return json ? FromJson(file, i + 1, lines[i]) : lines[i];
            }
        }
    }

    private static string FromJson(string file, int line, string text)
    {
        try
        {
            var node = JsonNode.Parse(text);
            var value = node is JsonObject fields ? fields[Field] : node;
            if (value?.GetValueKind() == JsonValueKind.String)
            {
                return value.GetValue<string>();
            }
        }
        catch (JsonException)
        {
            // Told below, with what is allowed.
        }
        throw new InputFaultException(
            FormattableString.Invariant($"{file}, line {line}: no prompt found; ")
                + $"allowed: a JSON string, or an object with the field {Field}."
        );
    }
}

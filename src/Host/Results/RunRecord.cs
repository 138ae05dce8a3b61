using System.Text.Json;
using System.Text.Json.Nodes;

namespace Robustness.Results;

/// <summary>Where and how long a run ran; no part of its key, and in no table.</summary>
/// <param name="Version">Of this program.</param>
/// <param name="Backend">In words.</param>
/// <param name="Seconds">Wall clock of the stage, interruptions excluded.</param>
public sealed record RunEnvironment(string Version, string Backend, double Seconds);

/// <summary>One finished run: what it was, what it depended on, what came out.</summary>
public sealed record RunRecord
{
    /// <summary>Format of records and of the store that this program writes.</summary>
    public const int FormatVersion = 2;

    /// <summary>Format it was read in.</summary>
    public int Format { get; private init; } = FormatVersion;

    /// <summary>pretraining, fine-tuning or evaluation.</summary>
    public required string Stage { get; init; }

    /// <summary>Content address.</summary>
    public required RunKey Key { get; init; }

    /// <summary>The scientific settings that the key is the hash of.</summary>
    public required JsonObject Settings { get; init; }

    /// <summary>Keys of the runs it was made from.</summary>
    public required IReadOnlyList<RunKey> Inputs { get; init; }

    /// <summary>What came out, by stage.</summary>
    public required JsonObject Outcome { get; init; }

    /// <summary>SHA-256 of each file of the run, by path inside the run's folder.</summary>
    public required IReadOnlyDictionary<string, string> Files { get; init; }

    /// <summary>Where it ran.</summary>
    public required RunEnvironment Environment { get; init; }

    /// <summary>The record as JSON, its own hash last.</summary>
    public string ToJson()
    {
        var node = Body();
        node["hash"] = CanonicalJson.Hash(node);
        return node.ToJsonString(JsonText.Indented) + "\n";
    }

    /// <summary>
    /// The oldest format whose records of a stage still say all that is asked of them; format 2
    /// added to evaluations the rows that were scored but not attacked.
    /// </summary>
    public static int OldestFormat(string stage) => stage == StageNames.Evaluation ? 2 : 1;

    /// <summary>Reads a record; null with a reason when the text is not a whole record.</summary>
    /// <param name="text">A file's text.</param>
    /// <param name="fault">What is wrong with it.</param>
    public static RunRecord? TryParse(string text, out string fault)
    {
        try
        {
            var node = JsonNode.Parse(text)!.AsObject();
            string hash = (string)node["hash"]!;
            node.Remove("hash");
            fault = "its hash does not match its content";
            return CanonicalJson.Hash(node) == hash ? FromBody(node) : null;
        }
        catch (Exception e)
            when (e
                    is JsonException
                        or InvalidOperationException
                        or NullReferenceException
                        or FormatException
                        or ArgumentException
            )
        {
            fault = "it is not a whole record";
            return null;
        }
    }

    private JsonObject Body() =>
        new()
        {
            ["format"] = FormatVersion,
            ["stage"] = Stage,
            ["key"] = Key.Hex,
            ["settings"] = Settings.DeepClone(),
            ["inputs"] = new JsonArray([.. Inputs.Select(k => (JsonNode)k.Hex)]),
            ["outcome"] = Outcome.DeepClone(),
            ["files"] = JsonText.ToNode(Files),
            ["environment"] = JsonText.ToNode(Environment),
        };

    private static RunRecord FromBody(JsonObject node) =>
        new()
        {
            Format = (int)node["format"]!,
            Stage = (string)node["stage"]!,
            Key = new RunKey((string)node["key"]!),
            Settings = (JsonObject)node["settings"]!.DeepClone(),
            Inputs = [.. node["inputs"]!.AsArray().Select(k => new RunKey((string)k!))],
            Outcome = (JsonObject)node["outcome"]!.DeepClone(),
            Files = JsonText.FromNode<Dictionary<string, string>>(node["files"]!),
            Environment = JsonText.FromNode<RunEnvironment>(node["environment"]!),
        };
}

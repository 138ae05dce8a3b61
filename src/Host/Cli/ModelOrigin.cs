using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Robustness.Models;
using Robustness.Results;

namespace Robustness.Cli;

/// <summary>
/// What a model folder tells of how the model came to be: the record of a study's run around it,
/// or the file that <c>train</c> writes into it. Its key scopes the random streams of what is done
/// with the model, so that a command repeats a study's run.
/// </summary>
/// <param name="Key">Of the run; without a record: the hash of the weights.</param>
/// <param name="Stage">Of the run, or null without a record.</param>
/// <param name="Settings">Of the run; empty without a record.</param>
internal sealed record ModelOrigin(RunKey Key, string? Stage, JsonObject Settings)
{
    /// <summary>The file in a folder that <c>train</c> made.</summary>
    public const string FileName = "training.json";

    private const string StudyRecord = "record.json";

    /// <summary>Reads a model's origin; whatever does not fit the weights does not count.</summary>
    public static ModelOrigin Find(string folder)
    {
        string weights = HashOf(Path.Combine(folder, Checkpoint.WeightsFile));
        string full = Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar);
        string parent = Path.GetDirectoryName(full) ?? full;
        string inRun = $"{Path.GetFileName(full)}/{Checkpoint.WeightsFile}";
        return Read(Path.Combine(full, FileName), Checkpoint.WeightsFile, weights)
            ?? Read(Path.Combine(parent, StudyRecord), inRun, weights)
            ?? new ModelOrigin(new RunKey(weights), null, []);
    }

    /// <summary>SHA-256 of a file, lower-case hex.</summary>
    public static string HashOf(string path)
    {
        if (!File.Exists(path))
        {
            throw new InputFaultException($"{path}: the file is missing.");
        }
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static ModelOrigin? Read(string path, string weightsName, string weightsHash)
    {
        if (!File.Exists(path))
        {
            return null;
        }
        try
        {
            var record = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
            var settings = record["settings"]!.AsObject();
            string stage = (string)record["stage"]!;
            var key = RunKey.Create(stage, settings);
            bool fits =
                (string?)record["key"] == key.Hex
                && (string?)record["files"]?[weightsName] == weightsHash;
            return fits ? new ModelOrigin(key, stage, settings) : null;
        }
        catch (Exception e)
            when (e is JsonException or InvalidOperationException or NullReferenceException)
        {
            return null; // a damaged record says nothing: the weights' own hash takes its place
        }
    }
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Robustness.Models;
using Robustness.Results;

namespace Robustness.Cli;

/// <summary>
/// What a model folder tells of how the model came to be: the record of a study's run around it,
/// or the file that <c>train</c> writes into it; for a round of adversarial training either is two
/// folders up. Its key scopes the random streams of what is done
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

    /// <summary>Round of adversarial training; 0 for every other model.</summary>
    public int Round { get; init; }

    /// <summary>The task it was trained on, or null where nothing tells.</summary>
    public JsonObject? Task { get; init; }

    /// <summary>Reads a model's origin; whatever does not fit the weights does not count.</summary>
    public static ModelOrigin Find(string folder)
    {
        string weights = HashOf(Path.Combine(folder, Checkpoint.WeightsFile));
        string full = Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar);
        string parent = Path.GetDirectoryName(full) ?? full;
        string above = Path.GetDirectoryName(parent) ?? parent;
        string inRun = $"{Path.GetFileName(full)}/{Checkpoint.WeightsFile}";
        string inRound = $"{Path.GetFileName(parent)}/{inRun}";
        return Read(Path.Combine(full, FileName), Checkpoint.WeightsFile, weights)
            ?? Read(Path.Combine(parent, StudyRecord), inRun, weights)
            ?? Read(Path.Combine(above, StudyRecord), inRound, weights)
            ?? Read(Path.Combine(above, FileName), inRound, weights)
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
            return fits
                ? new ModelOrigin(key, stage, settings)
                {
                    Round = RoundOf(record, weightsName),
                    Task = TaskOf(path, record),
                }
                : null;
        }
        catch (Exception e)
            when (e is JsonException or InvalidOperationException or NullReferenceException)
        {
            return null; // a damaged record says nothing: the weights' own hash takes its place
        }
    }

    // The round whose folder the weights are in, else the last one.
    private static int RoundOf(JsonObject record, string weightsName)
    {
        if ((string?)record["stage"] != StageNames.AdversarialTraining)
        {
            return 0;
        }
        string folder = Path.GetFileName(Path.GetDirectoryName(weightsName)) ?? "";
        return int.TryParse(folder, NumberStyles.None, CultureInfo.InvariantCulture, out int round)
            ? round
            : record["outcome"]!["rounds"]!.AsArray().Count;
    }

    // Adversarial training keeps to the task of fine-tuning: a study's run of that tells it.
    private static JsonObject? TaskOf(string path, JsonObject record)
    {
        var settings = record["settings"]!;
        if ((settings["task"] ?? record["task"]) is JsonObject told)
        {
            return told;
        }
        string? runs = Path.GetDirectoryName(Path.GetDirectoryName(path));
        if (runs is null || (string?)settings["fine_tuning"] is not { } fineTuning)
        {
            return null;
        }
        string beside = Path.Combine(runs, fineTuning, StudyRecord);
        return File.Exists(beside)
            ? JsonNode.Parse(File.ReadAllText(beside))?["settings"]?["task"] as JsonObject
            : null;
    }
}

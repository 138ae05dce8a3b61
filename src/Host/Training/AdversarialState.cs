using System.Globalization;
using System.Text;
using System.Text.Json;
using Robustness.Compute;
using Robustness.Models;

namespace Robustness.Training;

/// <summary>Adversarial training between two rounds.</summary>
/// <param name="Rounds">Those that are done.</param>
/// <param name="Step">Optimiser steps done.</param>
/// <param name="Pool">All examples so far, with their losses.</param>
internal sealed record RoundsDone(List<RoundOutcome> Rounds, int Step, AdversarialPool Pool);

/// <summary>
/// Adversarial training on disk: after each round weights, moments, pool and what the rounds did,
/// with a hash of the pool; inside a round the examples attacked so far, group by group. Random
/// streams are keyed and have no position to save.
/// </summary>
internal sealed class AdversarialState(IBackend backend, string folder, string scope)
{
    private const string ManifestFile = "rounds.json";

    /// <summary>Rounds that a state folder has behind it; null where there is none.</summary>
    public static int? RoundsIn(string folder) => ReadManifest(folder)?.Rounds.Count;

    /// <summary>Refuses a pool file that is not the one that was written.</summary>
    /// <exception cref="InvalidDataException">It was changed.</exception>
    public static void CheckPool(string folder)
    {
        if (ReadManifest(folder) is { } manifest)
        {
            ReadPool(folder, manifest);
        }
    }

    /// <summary>Ends a round: everything under names of its own, then the manifest.</summary>
    public void Save(ParameterSet weights, Optimizer optimizer, RoundsDone done)
    {
        Directory.CreateDirectory(folder);
        int round = done.Rounds.Count;
        string tensors = Path.Combine(folder, TensorFile(round));
        TrainingState.WriteTensors(backend, tensors, weights, optimizer);
        string pool = AdversarialPool.ToText(done.Pool.Entries);
        WriteText(PoolFile(round), pool);
        var manifest = new Manifest(scope, done.Step, AdversarialPool.Hash(pool), done.Rounds);
        WriteText(ManifestFile, JsonSerializer.Serialize(manifest, AdversarialPool.Json));
        foreach (string path in Directory.EnumerateFiles(folder))
        {
            if (Path.GetFileName(path) is var name && !Belongs(name, round))
            {
                File.Delete(path);
            }
        }
    }

    /// <summary>Restores what was saved after a round; null when there is nothing whole.</summary>
    /// <exception cref="InvalidDataException">Of another run, or the pool was changed.</exception>
    public RoundsDone? Load(ParameterSet weights, Optimizer optimizer)
    {
        if (ReadManifest(folder) is not { } manifest)
        {
            return null;
        }
        if (manifest.Scope != scope)
        {
            throw new InvalidDataException(
                $"{folder}: found the state of run {manifest.Scope}; allowed: {scope}. "
                    + "Name another folder, or go on with the settings of that run."
            );
        }
        var pool = ReadPool(folder, manifest);
        string tensors = Path.Combine(folder, TensorFile(manifest.Rounds.Count));
        return
            File.Exists(tensors) && TrainingState.ReadTensors(backend, tensors, weights, optimizer)
            ? new RoundsDone(manifest.Rounds, manifest.Step, new AdversarialPool(pool))
            : null;
    }

    /// <summary>Keeps one group of a round's attacked examples.</summary>
    public void SaveGroup(int round, int first, IReadOnlyList<FreshExample> examples)
    {
        Directory.CreateDirectory(folder);
        WriteText(
            GroupFile(round, first),
            JsonSerializer.Serialize(examples, AdversarialPool.Json) + "\n"
        );
    }

    /// <summary>A group that was kept; null when there is none, or it is not whole.</summary>
    public List<FreshExample>? LoadGroup(int round, int first)
    {
        string path = Path.Combine(folder, GroupFile(round, first));
        if (!File.Exists(path))
        {
            return null;
        }
        try
        {
            string text = File.ReadAllText(path);
            return JsonSerializer.Deserialize<List<FreshExample>>(text, AdversarialPool.Json);
        }
        catch (JsonException)
        {
            return null; // not whole: these examples are attacked again
        }
    }

    private static List<PoolEntry> ReadPool(string folder, Manifest manifest)
    {
        string path = Path.Combine(folder, PoolFile(manifest.Rounds.Count));
        if (!File.Exists(path))
        {
            throw new InvalidDataException($"{path}: the file is missing.");
        }
        string text = File.ReadAllText(path);
        string hash = AdversarialPool.Hash(text);
        return hash == manifest.PoolHash
            ? AdversarialPool.Parse(path, text)
            : throw new InvalidDataException(
                $"{path}: found SHA-256 {hash}; allowed: {manifest.PoolHash}, as it was written. "
                    + $"Put the file back, or remove {folder} to begin again."
            );
    }

    private static Manifest? ReadManifest(string folder)
    {
        string path = Path.Combine(folder, ManifestFile);
        if (!File.Exists(path))
        {
            return null;
        }
        try
        {
            string text = File.ReadAllText(path);
            return JsonSerializer.Deserialize<Manifest>(text, AdversarialPool.Json);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}: not a state ({e.Message}).", e);
        }
    }

    private static bool Belongs(string name, int round) =>
        name == ManifestFile || name == TensorFile(round) || name == PoolFile(round);

    private static string TensorFile(int round) => Numbered(round, "state.safetensors");

    private static string PoolFile(int round) => Numbered(round, "pool.jsonl");

    private static string GroupFile(int round, int first) =>
        Numbered(round, string.Create(CultureInfo.InvariantCulture, $"{first:00000}.json"));

    private static string Numbered(int round, string name) =>
        string.Create(CultureInfo.InvariantCulture, $"{round:0000}.{name}");

    private void WriteText(string name, string text)
    {
        string path = Path.Combine(folder, name);
        using (var file = File.Create(path + ".tmp"))
        {
            file.Write(Encoding.UTF8.GetBytes(text));
            file.Flush(true);
        }
        File.Move(path + ".tmp", path, true);
    }

    private sealed record Manifest(
        string Scope,
        int Step,
        string PoolHash,
        List<RoundOutcome> Rounds
    );
}

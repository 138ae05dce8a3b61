using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Robustness.Results;

/// <summary>
/// A study's folder: <c>study.json</c>, and for each run <c>runs/KEY/</c> with its files and,
/// written last, <c>record.json</c>. Safe for many threads as long as each run has one writer.
/// </summary>
public sealed class ResultStore
{
    private const string StudyName = "study.json";
    private const string RecordName = "record.json";
    private const string FailureName = "failure.txt";
    private const string WorkerName = "worker.txt";

    private ResultStore(string folder, JsonObject study)
    {
        Folder = folder;
        Study = study;
    }

    /// <summary>Where the store is.</summary>
    public string Folder { get; }

    /// <summary>The study's settings.</summary>
    public JsonObject Study { get; }

    /// <summary>Folder of the tables.</summary>
    public string TablesFolder => Path.Combine(Folder, "tables");

    /// <summary>A new store, or the one that is there when it is of the same study.</summary>
    public static ResultStore OpenOrCreate(string folder, JsonObject study)
    {
        ArgumentNullException.ThrowIfNull(study);
        string path = Path.Combine(folder, StudyName);
        if (File.Exists(path))
        {
            var store = Open(folder);
            var differences = SettingDifference.Find(store.Study, study);
            return differences.Count == 0
                ? store
                : throw new InputFaultException([
                    .. differences.Select(d => $"{path}: the folder belongs to another study: {d}"),
                ]);
        }
        if (Directory.Exists(folder) && HoldsOther(folder))
        {
            throw new InputFaultException(
                $"{folder}: the folder is not empty and holds no {StudyName}. "
                    + "Name a new or an empty folder."
            );
        }
        var file = new JsonObject
        {
            ["format"] = RunRecord.FormatVersion,
            ["study"] = study.DeepClone(),
        };
        AtomicFile.WriteText(path, file.ToJsonString(JsonText.Indented) + "\n");
        return new ResultStore(folder, study);
    }

    /// <summary>A store that is there.</summary>
    public static ResultStore Open(string folder)
    {
        string path = Path.Combine(folder, StudyName);
        if (!File.Exists(path))
        {
            throw new InputFaultException($"{folder}: no {StudyName} here; this is not a study.");
        }
        try
        {
            var file = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
            int format = (int)file["format"]!;
            if (format > RunRecord.FormatVersion)
            {
                throw new InputFaultException(Newer(path, format));
            }
            return new ResultStore(folder, file["study"]!.AsObject());
        }
        catch (Exception e)
            when (e is JsonException or InvalidOperationException or NullReferenceException)
        {
            throw new InputFaultException(
                $"{path}: not a study file ({e.Message}). Remove the folder or name another."
            );
        }
    }

    /// <summary>Folder of a run's files.</summary>
    public string RunFolder(RunKey key) => Path.Combine(Folder, "runs", key.Hex);

    /// <summary>Folder of a run's state while it is going on.</summary>
    public string StateFolder(RunKey key) => Path.Combine(RunFolder(key), "state");

    /// <summary>
    /// A finished run whose record and files are whole; else null. What is altered or truncated
    /// is removed, so that the run is done again, and said in <paramref name="notice"/>.
    /// </summary>
    public RunRecord? Find(RunKey key, out string? notice)
    {
        var record = Read(key, out string? fault);
        notice = null;
        if (fault is not null)
        {
            notice = $"{RunFolder(key)}: {fault}; the run is done again.";
            Directory.Delete(RunFolder(key), recursive: true);
        }
        return record;
    }

    /// <summary>As <see cref="Find"/>, where a run must be there.</summary>
    public RunRecord Get(RunKey key) =>
        Read(key, out string? fault)
        ?? throw new InputFaultException(
            $"{RunFolder(key)}: {fault ?? "the run is not done yet"}; run the study again."
        );

    /// <summary>Every finished, whole run, by key; removes nothing.</summary>
    public IReadOnlyList<RunRecord> All() => All(out _);

    /// <summary>As <see cref="All()"/>.</summary>
    /// <param name="faults">What is wrong with each run that is there but not to be used.</param>
    public IReadOnlyList<RunRecord> All(out IReadOnlyList<string> faults)
    {
        string runs = Path.Combine(Folder, "runs");
        var found = new List<RunRecord>();
        var wrong = new List<string>();
        var names = Directory.Exists(runs)
            ? Directory.EnumerateDirectories(runs).Select(d => Path.GetFileName(d))
            : [];
        foreach (string name in names.Where(RunKey.IsKey).Order(StringComparer.Ordinal))
        {
            var key = new RunKey(name);
            if (Read(key, out string? fault) is { } record)
            {
                found.Add(record);
            }
            else if (fault is not null)
            {
                wrong.Add($"{RunFolder(key)}: {fault}");
            }
        }
        faults = wrong;
        return found;
    }

    /// <summary>
    /// Before a run: drops what an interrupted one left, its saved state excepted, and what that
    /// state goes on from.
    /// </summary>
    /// <param name="key">The run.</param>
    /// <param name="kept">Names in its folder that stay while there is a state.</param>
    public void Prepare(RunKey key, params IReadOnlyList<string> kept)
    {
        ArgumentNullException.ThrowIfNull(kept);
        string folder = RunFolder(key);
        Directory.CreateDirectory(folder);
        foreach (string path in Directory.EnumerateFileSystemEntries(folder).ToList())
        {
            bool stays = IsBegun(key) && kept.Contains(Path.GetFileName(path));
            if (path == StateFolder(key) || stays)
            {
                continue;
            }
            if (Directory.Exists(path))
            {
                Directory.Delete(path, recursive: true);
            }
            else
            {
                File.Delete(path);
            }
        }
    }

    /// <summary>Ends a run: hashes its files, writes the record, drops state and failure.</summary>
    /// <param name="record">Its files are filled in here.</param>
    public void Commit(RunRecord record)
    {
        string folder = RunFolder(record.Key);
        Directory.CreateDirectory(folder);
        DropState(record.Key);
        File.Delete(Path.Combine(folder, FailureName));
        File.Delete(Path.Combine(folder, WorkerName));
        var files = Directory
            .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/'))
            .Where(name => name != RecordName)
            .Order(StringComparer.Ordinal)
            .ToDictionary(name => name, name => HashOf(Path.Combine(folder, name)));
        AtomicFile.WriteText(
            Path.Combine(folder, RecordName),
            (record with { Files = files }).ToJson()
        );
    }

    /// <summary>Notes why a run failed; the note goes when the run succeeds.</summary>
    public void NoteFailure(RunKey key, string message) =>
        AtomicFile.WriteText(Path.Combine(RunFolder(key), FailureName), message + "\n");

    /// <summary>Why a run failed last, or null.</summary>
    public string? FailureOf(RunKey key)
    {
        string path = Path.Combine(RunFolder(key), FailureName);
        return File.Exists(path) ? File.ReadAllText(path).Trim() : null;
    }

    /// <summary>Notes who has begun a run; the note goes when the run is done.</summary>
    public void NoteWorker(RunKey key, string holder) =>
        AtomicFile.WriteText(Path.Combine(RunFolder(key), WorkerName), holder + "\n");

    /// <summary>Who began a run last that is not done, or null.</summary>
    public string? WorkerOf(RunKey key)
    {
        string path = Path.Combine(RunFolder(key), WorkerName);
        return File.Exists(path) ? File.ReadAllText(path).Trim() : null;
    }

    /// <summary>
    /// What is wrong with a file of a finished run that people may read but not change; null where
    /// it is as it was written, or where there is no such run.
    /// </summary>
    /// <param name="key">The run.</param>
    /// <param name="file">Path inside the run's folder.</param>
    public string? EditOf(RunKey key, string file)
    {
        string record = Path.Combine(RunFolder(key), RecordName);
        string path = Path.Combine(RunFolder(key), file);
        if (
            !File.Exists(record)
            || !File.Exists(path)
            || RunRecord.TryParse(File.ReadAllText(record), out _) is not { } run
            || !run.Files.TryGetValue(file, out string? written)
        )
        {
            return null;
        }
        string found = HashOf(path);
        return found == written
            ? null
            : $"{path}: found SHA-256 {found}; allowed: {written}, as it was written.";
    }

    /// <summary>Whether a run has a record, whole or not.</summary>
    public bool HasRecord(RunKey key) => File.Exists(Path.Combine(RunFolder(key), RecordName));

    /// <summary>Whether a run was begun and left.</summary>
    public bool IsBegun(RunKey key) => Directory.Exists(StateFolder(key));

    // Null without a fault: not there. Null with a fault: there, but not to be used.
    private RunRecord? Read(RunKey key, out string? fault)
    {
        fault = null;
        string path = Path.Combine(RunFolder(key), RecordName);
        if (!File.Exists(path))
        {
            return null;
        }
        string text = File.ReadAllText(path);
        RefuseNewer(path, text);
        if (RunRecord.TryParse(text, out string reason) is not { } record)
        {
            fault = $"{RecordName} is damaged: {reason}";
        }
        else if (record.Key != key)
        {
            fault = $"{RecordName} is that of run {record.Key.RunId}";
        }
        else if (record.Format < RunRecord.OldestFormat(record.Stage))
        {
            fault = Older(record);
        }
        else if (AlteredFile(record) is { } file)
        {
            fault = $"{file} is missing or altered";
        }
        else
        {
            return record;
        }
        return null;
    }

    // A coordinator that begins beside this one, or was killed, leaves locks and partial files.
    private static bool HoldsOther(string folder) =>
        Directory
            .EnumerateFileSystemEntries(folder)
            .Select(p => Path.GetFileName(p))
            .Any(n =>
                !StoreLock.IsLockFile(n)
                && !n.EndsWith(AtomicFile.PartialSuffix, StringComparison.Ordinal)
                && n != StudyName
            );

    private void DropState(RunKey key)
    {
        if (Directory.Exists(StateFolder(key)))
        {
            Directory.Delete(StateFolder(key), recursive: true);
        }
    }

    private string? AlteredFile(RunRecord record) =>
        record
            .Files.Where(f =>
            {
                string path = Path.Combine(RunFolder(record.Key), f.Key);
                return !File.Exists(path) || HashOf(path) != f.Value;
            })
            .Select(f => f.Key)
            .FirstOrDefault();

    private static string HashOf(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static void RefuseNewer(string path, string text)
    {
        try
        {
            if (JsonNode.Parse(text)?["format"] is JsonValue value && value.TryGetValue(out int n))
            {
                if (n > RunRecord.FormatVersion)
                {
                    throw new InputFaultException(Newer(path, n));
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not JSON at all: the caller says so and removes it.
        }
    }

    private static string Older(RunRecord record) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{RecordName} was written in format {record.Format} by an older version; records of "
                + $"this stage are read from format {RunRecord.OldestFormat(record.Stage)} on"
        );

    private static string Newer(string path, int format) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{path}: written in format {format}; this version reads up to "
                + $"{RunRecord.FormatVersion}. Use the newer version, or another folder."
        );
}

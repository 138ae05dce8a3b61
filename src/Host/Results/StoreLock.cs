using System.Globalization;

namespace Robustness.Results;

/// <summary>
/// Keeps a store for one coordinator, or each shard of it for one. The operating system gives the
/// lock back when its holder ends, however it ends, so a killed study leaves nothing to clean up.
/// </summary>
/// <remarks>
/// A whole study holds <c>lock</c> alone; shards hold it together, and <c>lock-i-of-n</c> each
/// alone. Shards of one n only: those of another cut the study differently.
/// </remarks>
public sealed class StoreLock : IDisposable
{
    private const string WholeName = "lock";
    private const string OutputsName = "lock.outputs";
    private const string HolderEnding = ".holder";

    // A file that another process holds: Linux, macOS, Windows.
    private static readonly int[] s_heldCodes = [11, 35, unchecked((int)0x80070020)];

    private static readonly TimeSpan s_outputsPoll = TimeSpan.FromMilliseconds(50);

    // Who looks whether a lock is held holds it for a moment: a coordinator tries this often.
    private const int TrialCount = 5;

    private readonly FileStream[] _streams;

    private StoreLock(string holder, params FileStream[] streams)
    {
        Holder = holder;
        _streams = streams;
    }

    /// <summary>Who holds it, in words.</summary>
    public string Holder { get; }

    /// <summary>Whether a file of a store belongs to its locks.</summary>
    public static bool IsLockFile(string name) =>
        name is not null && name.StartsWith(WholeName, StringComparison.Ordinal);

    /// <summary>Takes the lock, or null when another process (or this one) holds it.</summary>
    /// <param name="folder">The store.</param>
    /// <param name="shard">Such as <c>1-of-2</c>; null: the whole store.</param>
    /// <param name="holder">Who holds it, in words, when null is returned.</param>
    public static StoreLock? TryAcquire(string folder, string? shard, out string holder)
    {
        string whole = Path.Combine(folder, WholeName);
        if (Take(whole, shared: shard is not null) is not { } stream)
        {
            holder = HeldShard(folder, _ => true) ?? HolderOf(whole);
            return null;
        }
        if (shard is null)
        {
            holder = NoteHolder(whole, "");
            return new StoreLock(holder, stream);
        }
        string own = $"{whole}-{shard}";
        if (Take(own, shared: false) is not { } part)
        {
            stream.Dispose();
            holder = HolderOf(own);
            return null;
        }
        holder = NoteHolder(own, $", shard {shard},");
        string count = shard[shard.LastIndexOf('-')..];
        if (HeldShard(folder, f => !f.EndsWith(count, StringComparison.Ordinal)) is { } other)
        {
            stream.Dispose();
            part.Dispose();
            holder = other;
            return null;
        }
        return new StoreLock(holder, stream, part);
    }

    /// <summary>Who works on a store now, in words: a coordinator, or some of its shards.</summary>
    public static IReadOnlyList<string> Holders(string folder)
    {
        string whole = Path.Combine(folder, WholeName);
        return IsHeld(whole)
            ? [HolderOf(whole)]
            : [.. ShardLocks(folder).Where(IsHeld).Select(HolderOf)];
    }

    /// <summary>
    /// Waits for its turn to write the tables and the report: shards that end together both may.
    /// </summary>
    /// <param name="folder">The store.</param>
    public static IDisposable WaitForOutputs(string folder)
    {
        string path = Path.Combine(folder, OutputsName);
        while (true)
        {
            if (TryOpen(path, shared: false) is { } stream)
            {
                return stream;
            }
            Thread.Sleep(s_outputsPoll);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var stream in _streams)
        {
            stream.Dispose();
        }
    }

    private static FileStream? Take(string path, bool shared)
    {
        for (int trial = 1; ; trial++)
        {
            var stream = TryOpen(path, shared);
            if (stream is not null || trial == TrialCount)
            {
                return stream;
            }
            Thread.Sleep(trial);
        }
    }

    private static bool IsHeld(string path)
    {
        if (!File.Exists(path))
        {
            return false;
        }
        using var free = TryOpen(path, shared: true);
        return free is null;
    }

    private static FileStream? TryOpen(string path, bool shared)
    {
        try
        {
            if (shared && !File.Exists(path))
            {
                File.WriteAllBytes(path, []);
            }
            return shared
                ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read)
                : new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (s_heldCodes.Contains(e.HResult))
        {
            return null;
        }
    }

    private static string? HeldShard(string folder, Func<string, bool> counts) =>
        ShardLocks(folder).Where(counts).FirstOrDefault(IsHeld) is { } held ? HolderOf(held) : null;

    private static List<string> ShardLocks(string folder) =>
        [
            .. Directory
                .EnumerateFiles(folder, WholeName + "-*")
                .Where(f => !f.EndsWith(HolderEnding, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];

    private static string NoteHolder(string path, string shard)
    {
        string holder = string.Create(
            CultureInfo.InvariantCulture,
            $"process {Environment.ProcessId} on {Environment.MachineName}{shard}"
        );
        AtomicFile.WriteText(path + HolderEnding, holder + "\n");
        return holder;
    }

    private static string HolderOf(string path) =>
        File.Exists(path + HolderEnding)
            ? File.ReadAllText(path + HolderEnding).Trim()
            : "another process";
}

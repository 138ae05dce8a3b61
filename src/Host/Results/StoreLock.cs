using System.Globalization;

namespace Robustness.Results;

/// <summary>
/// Keeps a store for one coordinator. The operating system gives the lock back when its holder
/// ends, however it ends, so a killed study leaves nothing to clean up.
/// </summary>
public sealed class StoreLock : IDisposable
{
    private const string LockName = "lock";
    private const string HolderName = "lock-holder.txt";

    private readonly FileStream _stream;

    private StoreLock(FileStream stream) => _stream = stream;

    /// <summary>Takes the lock, or null when another process (or this one) holds it.</summary>
    /// <param name="folder">The store.</param>
    /// <param name="holder">Who holds it, in words, when null is returned.</param>
    public static StoreLock? TryAcquire(string folder, out string holder)
    {
        string path = Path.Combine(folder, LockName);
        string holderPath = Path.Combine(folder, HolderName);
        holder = string.Create(
            CultureInfo.InvariantCulture,
            $"process {Environment.ProcessId} on {Environment.MachineName}"
        );
        try
        {
            var stream = new FileStream(
                path,
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.None
            );
            AtomicFile.WriteText(holderPath, holder + "\n");
            return new StoreLock(stream);
        }
        catch (IOException) when (File.Exists(path))
        {
            holder = File.Exists(holderPath)
                ? File.ReadAllText(holderPath).Trim()
                : "another process";
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();
}

namespace Robustness.Results;

/// <summary>
/// Files that are either whole or absent: written beside their place, flushed to the disk, then
/// renamed over it.
/// </summary>
public static class AtomicFile
{
    /// <summary>Ending of a file that is still being written; such a file is never read.</summary>
    public const string PartialSuffix = ".partial";

    /// <summary>Writes a file through a stream.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        // Shards of a study write some files at the same time.
        string partial = $"{path}.{Environment.ProcessId}{PartialSuffix}";
        try
        {
            using (var stream = new FileStream(partial, FileMode.Create, FileAccess.ReadWrite))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(partial, path, overwrite: true);
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }

    /// <summary>Writes a file of UTF-8 text without a byte-order mark.</summary>
    public static void WriteText(string path, string text) =>
        Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));
}

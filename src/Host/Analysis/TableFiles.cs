using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Robustness.Analysis;

/// <summary>
/// The CSV files of a folder of results: in <c>evaluation</c> and <c>training</c>, in the folder
/// itself, or, for a study of ours, evaluations.csv and training.csv, there or in
/// <c>tables</c>. Gzipped files count as what they hold.
/// </summary>
internal static class TableFiles
{
    private static readonly string[] s_own = ["evaluations.csv", "training.csv"];

    /// <summary>Paths in ordinal order of their names.</summary>
    /// <exception cref="PaperResultsException">No folder, or no table in it.</exception>
    public static IReadOnlyList<string> Find(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new PaperResultsException($"{folder}: no such folder");
        }
        List<string> paths =
        [
            .. Tables(Path.Combine(folder, "evaluation")),
            .. Tables(Path.Combine(folder, "training")),
            .. OwnTables(folder),
            .. OwnTables(Path.Combine(folder, "tables")),
        ];
        if (paths.Count == 0)
        {
            paths.AddRange(Tables(folder));
        }
        if (paths.Count == 0)
        {
            throw new PaperResultsException(
                $"{folder}: holds no table; needs .csv or .csv.gz files in evaluation and "
                    + "training, or tables/evaluations.csv"
            );
        }
        return paths;
    }

    /// <summary>The file's name without .csv or .csv.gz.</summary>
    public static string GroupName(string path)
    {
        string name = Path.GetFileName(path);
        name = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name;
        return name[..^".csv".Length];
    }

    /// <summary>The text of a table, unpacked if it is gzipped.</summary>
    /// <exception cref="PaperResultsException">Unreadable, truncated or not UTF-8.</exception>
    public static string Read(string path)
    {
        string name = Path.GetFileName(path);
        try
        {
            byte[] bytes = File.ReadAllBytes(path);
            if (path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
            {
                bytes = Unpack(name, bytes);
            }
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (InvalidDataException fault)
        {
            throw new PaperResultsException($"{name}: damaged gzip ({fault.Message})", fault);
        }
        catch (DecoderFallbackException fault)
        {
            throw new PaperResultsException($"{name}: is not UTF-8 text", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new PaperResultsException($"{name}: cannot be read ({fault.Message})", fault);
        }
    }

    private static byte[] Unpack(string name, byte[] packed)
    {
        using var source = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
        using var text = new MemoryStream();
        source.CopyTo(text);
        // The last four bytes of a whole file are the length of its last member.
        bool whole =
            packed.Length >= 18
            && BinaryPrimitives.ReadUInt32LittleEndian(packed.AsSpan(packed.Length - 4))
                <= text.Length;
        return whole && text.Length > 0
            ? text.ToArray()
            : throw new PaperResultsException($"{name}: gzip is truncated");
    }

    private static IEnumerable<string> OwnTables(string folder) =>
        s_own.Select(n => Path.Combine(folder, n)).Where(File.Exists);

    private static IEnumerable<string> Tables(string folder) =>
        !Directory.Exists(folder)
            ? []
            : Directory
                .EnumerateFiles(folder)
                .Where(p =>
                    !Path.GetFileName(p).StartsWith('.')
                    && (
                        p.EndsWith(".csv", StringComparison.OrdinalIgnoreCase)
                        || p.EndsWith(".csv.gz", StringComparison.OrdinalIgnoreCase)
                    )
                )
                .Order(StringComparer.Ordinal);
}

using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Robustness.Training;

/// <summary>
/// All attacked examples so far, oldest first; none is ever dropped. As a file: JSON Lines, one
/// example a line, that people can read; its hash is kept elsewhere, so a changed file is found.
/// </summary>
public sealed class AdversarialPool
{
    internal static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly List<PoolEntry> _entries;

    /// <summary>A pool of these.</summary>
    public AdversarialPool(IEnumerable<PoolEntry> entries) => _entries = [.. entries];

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<PoolEntry> Entries => _entries;

    /// <summary>Adds a round's examples.</summary>
    public void Add(IEnumerable<PoolEntry> fresh) => _entries.AddRange(fresh);

    /// <summary>Notes the loss with which an example was last trained on.</summary>
    public void SetLoss(int place, double loss) =>
        _entries[place] = _entries[place] with { LastLoss = loss };

    /// <summary>The file's text.</summary>
    public static string ToText(IEnumerable<PoolEntry> entries) =>
        string.Concat(entries.Select(e => JsonSerializer.Serialize(e, Json) + "\n"));

    /// <summary>SHA-256 of a file's text, lower-case hex.</summary>
    public static string Hash(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Reads a file's text.</summary>
    /// <exception cref="InvalidDataException">A line is no example.</exception>
    public static List<PoolEntry> Parse(string path, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var entries = new List<PoolEntry>();
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        for (int line = 0; line < lines.Length; line++)
        {
            try
            {
                entries.Add(JsonSerializer.Deserialize<PoolEntry>(lines[line], Json)!);
            }
            catch (JsonException e)
            {
                throw new InvalidDataException(
                    FormattableString.Invariant($"{path}, line {line + 1}: found no example ")
                        + $"({e.Message}); allowed: the lines that training wrote.",
                    e
                );
            }
        }
        return entries;
    }
}

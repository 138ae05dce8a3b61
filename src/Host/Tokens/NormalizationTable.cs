using System.Globalization;

namespace Robustness.Tokens;

/// <summary>
/// Combining classes and canonical decompositions, read from the resource normalization.txt.
/// </summary>
internal sealed class NormalizationTable
{
    private const string Resource = "tokens/normalization.txt";

    private readonly Dictionary<int, int> _classes = [];
    private readonly Dictionary<int, (int First, int Second)> _parts = [];
    private readonly Dictionary<(int First, int Second), int> _composites = [];
    private readonly HashSet<int> _mayChange = [];

    private NormalizationTable()
    {
        using Stream stream =
            typeof(NormalizationTable).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"Resource {Resource} is absent.");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is string line)
        {
            if (line[0] != '#')
            {
                Add(line.Split(' '));
            }
        }
    }

    /// <summary>The one table; it never changes.</summary>
    public static NormalizationTable Instance { get; } = new();

    /// <summary>Combining class of a character; 0 = it starts anew.</summary>
    public int CombiningClass(int character) => _classes.GetValueOrDefault(character);

    /// <summary>Whether a character can be absent from, or altered in, the composed form.</summary>
    public bool MayChange(int character) => _mayChange.Contains(character);

    /// <summary>
    /// One step of the canonical decomposition; second is 0 for single characters.
    /// </summary>
    public bool TryDecompose(int character, out int first, out int second)
    {
        bool found = _parts.TryGetValue(character, out (int First, int Second) parts);
        (first, second) = parts;
        return found;
    }

    /// <summary>The character that two others compose to.</summary>
    public bool TryCompose(int first, int second, out int composite) =>
        _composites.TryGetValue((first, second), out composite);

    private void Add(string[] fields)
    {
        if (fields[0] == "C")
        {
            int rank = int.Parse(fields[3], CultureInfo.InvariantCulture);
            for (int character = Hex(fields[1]); character <= Hex(fields[2]); character++)
            {
                _classes.Add(character, rank);
                _mayChange.Add(character);
            }
            return;
        }
        int whole = Hex(fields[1]);
        int first = Hex(fields[2]);
        int second = fields.Length > 3 ? Hex(fields[3]) : 0;
        _parts.Add(whole, (first, second));
        if (fields[0] == "P")
        {
            _composites.Add((first, second), whole);
            _mayChange.Add(second);
        }
        else
        {
            _mayChange.Add(whole);
        }
    }

    private static int Hex(string digits) =>
        int.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}

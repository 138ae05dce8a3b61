namespace Robustness.Data;

/// <summary>
/// Distinct words in a fixed order, compared ordinally; the order is the index order of the
/// procedural tasks and is never changed.
/// </summary>
public sealed class WordList
{
    private const int LongestWord = 64;

    private readonly string[] _words;

    private WordList(string source, string[] words)
    {
        Source = source;
        _words = words;
        LongestLength = words.Max(word => word.Length);
    }

    /// <summary>The file, or the generator and its seed.</summary>
    public string Source { get; }

    /// <summary>How many words.</summary>
    public int Count => _words.Length;

    /// <summary>Length of the longest word in UTF-16 units.</summary>
    public int LongestLength { get; }

    /// <summary>The word at an index.</summary>
    public string this[int index] => _words[index];

    /// <summary>The list that a task's settings name.</summary>
    /// <exception cref="DataException">The file is at fault.</exception>
    public static WordList For(TaskSettings settings) =>
        settings.WordsPath is string path ? FromFile(path) : Generate(settings.WordSeed);

    /// <summary>The words that <see cref="WordGenerator"/> makes from a seed.</summary>
    public static WordList Generate(long seed, int count = WordGenerator.DefaultCount) =>
        new(
            FormattableString.Invariant($"generated words, seed {seed}"),
            WordGenerator.Generate(seed, count)
        );

    /// <summary>A file of one word a line, in file order.</summary>
    /// <exception cref="DataException">Unreadable, an empty line, or a word twice.</exception>
    public static WordList FromFile(string path)
    {
        string text = TextFile.Read(path).Replace("\r\n", "\n", StringComparison.Ordinal);
        string[] words = text.EndsWith('\n') ? text[..^1].Split('\n') : text.Split('\n');
        var lines = new Dictionary<string, int>(words.Length, StringComparer.Ordinal);
        for (int index = 0; index < words.Length; index++)
        {
            int line = index + 1;
            if (string.IsNullOrWhiteSpace(words[index]) || words[index].Length > LongestWord)
            {
                string found = DataException.Quote(words[index]);
                string allowed = FormattableString.Invariant($"1 to {LongestWord} characters");
                throw DataException.AtLine(path, line, $"{found} found; a word has {allowed}.");
            }
            if (!lines.TryAdd(words[index], line))
            {
                string found = DataException.Quote(words[index]);
                string fault = FormattableString.Invariant(
                    $"{found} was on line {lines[words[index]]}; words must differ."
                );
                throw DataException.AtLine(path, line, fault);
            }
        }
        return new WordList(path, words);
    }
}

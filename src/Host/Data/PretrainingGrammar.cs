using System.Text;
using Robustness.Numerics;

namespace Robustness.Data;

/// <summary>
/// The text that models from scratch are pretrained on: lines that repeat words, say whether words
/// are equal, and say whether they are longer.
/// </summary>
/// <remarks>
/// Neither the labels nor the instructions nor the answer prompt of a task ever occur; the
/// relations that the tasks ask for are taught directly, in other words. docs/data.md gives each
/// kind of line with its draws.
/// </remarks>
public sealed class PretrainingGrammar
{
    private const int LongestShort = 3;
    private const int LongestRandom = 8;

    private static readonly string[] Labels =
    [
        .. "Alias Brand Class Dock Entry Field Group Home Index Joint".Split(' '),
        .. "Kind Line Model Owner Place Route Stage Topic Unit Vendor".Split(' '),
    ];

    private static readonly string[] EqualityLabels = ["Mark", "Sign"];
    private static readonly string[] LengthLabels = ["Rank", "Size"];

    private readonly WordList _words;
    private readonly double[] _mix;

    /// <summary>The grammar over a word list.</summary>
    /// <exception cref="DataException">A word is not ASCII, or a setting is out of
    /// range.</exception>
    public PretrainingGrammar(WordList words, GrammarSettings settings)
    {
        _words = words;
        Settings = settings;
        _mix =
        [
            settings.Copy,
            settings.RandomCopy,
            settings.Same,
            settings.Compare,
            settings.Record,
        ];
        for (int index = 0; index < words.Count; index++)
        {
            if (!Ascii.IsValid(words[index]))
            {
                throw new DataException(
                    $"{words.Source}: word {DataException.Quote(words[index])}: "
                        + "the pretraining grammar takes ASCII words only."
                );
            }
        }
        Require(_mix.All(weight => weight >= 0) && _mix.Sum() > 0, "weights of lines");
        Require(settings.CopyPhaseShare is >= 0 and <= 1, "share of the copy phase");
        Require(settings.CopyPhaseRandomShare is >= 0 and <= 1, "share of random strings");
        Require(settings.ShortShare is >= 0 and <= 1, "share of short strings");
        Require(settings.MarkWeight > 0, "weight of marks");
        LongestLine = (5 * (Math.Max(words.LongestLength, LongestRandom) + 3)) + 48;
    }

    /// <summary>Frequencies and weights.</summary>
    public GrammarSettings Settings { get; }

    /// <summary>No line has more characters.</summary>
    public int LongestLine { get; }

    /// <summary>Draws a kind: one double against the weights of the phase.</summary>
    public LineKind DrawKind(ref Philox stream, bool isCopyPhase)
    {
        if (isCopyPhase)
        {
            bool random = stream.NextDouble() < Settings.CopyPhaseRandomShare;
            return random ? LineKind.RandomCopy : LineKind.Copy;
        }
        double left = stream.NextDouble() * _mix.Sum();
        int kind = 0;
        while (kind < _mix.Length - 1 && left >= _mix[kind])
        {
            left -= _mix[kind++];
        }
        return (LineKind)kind;
    }

    /// <summary>Writes one line of a kind, its line feed included.</summary>
    /// <param name="stream">The document's stream.</param>
    /// <param name="kind">Which kind.</param>
    /// <param name="text">[<see cref="LongestLine"/>], out.</param>
    /// <param name="marks">[<see cref="LongestLine"/>], out.</param>
    /// <returns>Characters written.</returns>
    public int WriteLine(ref Philox stream, LineKind kind, Span<char> text, Span<MarkKind> marks)
    {
        var line = new GrammarLine(text, marks);
        switch (kind)
        {
            case LineKind.Copy:
                WriteCopy(ref stream, ref line);
                break;
            case LineKind.RandomCopy:
                WriteRandomCopy(ref stream, ref line);
                break;
            case LineKind.Same:
                WriteSame(ref stream, ref line);
                break;
            case LineKind.Compare:
                WriteCompare(ref stream, ref line);
                break;
            default:
                WriteRecord(ref stream, ref line);
                break;
        }
        line.Add('\n');
        return line.Length;
    }

    private static void Require(bool holds, string field)
    {
        if (!holds)
        {
            throw new DataException($"pretraining grammar: {field} out of range.");
        }
    }

    private static int Between(ref Philox stream, int first, int last) =>
        first + (int)stream.NextBelow((uint)(last - first + 1));

    private static ReadOnlySpan<char> Letters(ref Philox stream, Span<char> room, int length)
    {
        for (int index = 0; index < length; index++)
        {
            room[index] = (char)('a' + stream.NextBelow(26));
        }
        return room[..length];
    }

    /// <summary>A word of the list, or, for the share of short strings, random letters.</summary>
    private ReadOnlySpan<char> Word(ref Philox stream, Span<char> room) =>
        stream.NextDouble() < Settings.ShortShare
            ? Letters(ref stream, room, Between(ref stream, 1, LongestShort))
            : _words[(int)stream.NextBelow((uint)_words.Count)];

    private void WriteCopy(ref Philox stream, ref GrammarLine line)
    {
        ReadOnlySpan<char> first = Word(ref stream, stackalloc char[LongestShort]);
        bool alternates = stream.NextBelow(5) < 2;
        ReadOnlySpan<char> second = alternates
            ? Word(ref stream, stackalloc char[LongestShort])
            : first;
        int repeats = alternates ? 3 : Between(ref stream, 1, 2);
        line.Add(first);
        for (int repeat = 0; repeat < repeats; repeat++)
        {
            line.Add(' ');
            if (alternates && repeat == 0)
            {
                line.Add(second);
            }
            else
            {
                line.AddRepeat(repeat % 2 == 0 ? second : first);
            }
        }
    }

    private static void WriteRandomCopy(ref Philox stream, ref GrammarLine line)
    {
        int length = Between(ref stream, 2, LongestRandom);
        ReadOnlySpan<char> letters = Letters(ref stream, stackalloc char[LongestRandom], length);
        int repeats = Between(ref stream, 1, 3);
        line.Add(letters);
        for (int repeat = 0; repeat < repeats; repeat++)
        {
            line.Add(' ');
            line.AddRepeat(letters);
        }
    }

    private void WriteSame(ref Philox stream, ref GrammarLine line)
    {
        Span<char> room = stackalloc char[LongestShort];
        ReadOnlySpan<char> first = Word(ref stream, stackalloc char[LongestShort]);
        line.Add(first);
        line.Add(' ');
        line.Add('Y', MarkKind.Given);
        int others = Between(ref stream, 2, 4);
        for (int other = 0; other < others; other++)
        {
            ReadOnlySpan<char> word = stream.NextBelow(2) == 0 ? first : Word(ref stream, room);
            line.Add(' ');
            line.Add(word);
            line.Add(' ');
            line.AddEquality(word.SequenceEqual(first));
        }
    }

    private void WriteCompare(ref Philox stream, ref GrammarLine line)
    {
        Span<char> room = stackalloc char[LongestShort];
        ReadOnlySpan<char> word = Word(ref stream, room);
        line.Add(word);
        int length = word.Length;
        int others = Between(ref stream, 1, 4);
        for (int other = 0; other < others; other++)
        {
            word = Word(ref stream, room);
            line.Add(' ');
            line.Add(word);
            line.Add(' ');
            line.AddLength(word.Length > length);
            length = word.Length;
        }
    }

    private void WriteRecord(ref Philox stream, ref GrammarLine line)
    {
        ReadOnlySpan<char> first = Word(ref stream, stackalloc char[LongestShort]);
        bool repeats = stream.NextBelow(2) == 0;
        ReadOnlySpan<char> second = repeats
            ? first
            : Word(ref stream, stackalloc char[LongestShort]);
        int label = (int)stream.NextBelow((uint)Labels.Length);
        int shift = Between(ref stream, 1, Labels.Length - 1);
        AddField(ref line, Labels[label], first);
        AddField(ref line, Labels[(label + shift) % Labels.Length], second);
        line.Add("---\n\n\n");
        bool equalityFirst = stream.NextBelow(2) == 0;
        for (int mark = 0; mark < 2; mark++)
        {
            bool isEquality = equalityFirst == (mark == 0);
            line.Add((isEquality ? EqualityLabels : LengthLabels)[stream.NextBelow(2)]);
            line.Add(':');
            if (isEquality)
            {
                line.AddEquality(first.SequenceEqual(second));
            }
            else
            {
                line.AddLength(second.Length > first.Length);
            }
            if (mark == 0)
            {
                line.Add('\n');
            }
        }
    }

    private static void AddField(ref GrammarLine line, string label, scoped ReadOnlySpan<char> word)
    {
        line.Add(label);
        line.Add(": ");
        line.Add(word);
        line.Add('\n');
    }
}

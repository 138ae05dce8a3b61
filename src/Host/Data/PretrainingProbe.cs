using Robustness.Numerics;

namespace Robustness.Data;

/// <summary>A line to be read by the model, and the tokens that it should predict.</summary>
/// <param name="Ids">The line's tokens.</param>
/// <param name="Positions">
/// Places p with p at least 1: having read the ids before p, the model should rank id p first.
/// </param>
public sealed record ProbeLine(IReadOnlyList<int> Ids, IReadOnlyList<int> Positions);

/// <summary>Lines that test one skill; its accuracy is over all positions of all lines.</summary>
/// <param name="Name">copy, same, compare, record-same or record-longer.</param>
/// <param name="Lines">The lines.</param>
public sealed record ProbeSet(string Name, IReadOnlyList<ProbeLine> Lines);

/// <summary>
/// What a pretrained model has learned: grammar lines of another stream than the training text's,
/// with the places whose token the line determines. Chance is one half but for copying.
/// </summary>
public static class PretrainingProbe
{
    private static readonly (string Name, LineKind Kind, MarkKind Mark)[] Skills =
    [
        ("copy", LineKind.RandomCopy, MarkKind.Copied),
        ("same", LineKind.Same, MarkKind.Equality),
        ("compare", LineKind.Compare, MarkKind.Length),
        ("record-same", LineKind.Record, MarkKind.Equality),
        ("record-longer", LineKind.Record, MarkKind.Length),
    ];

    /// <summary>The skills, in order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Skills.Select(s => s.Name)];

    /// <summary>Draws the lines of every skill.</summary>
    /// <param name="grammar">The grammar trained on.</param>
    /// <param name="encoder">The model's tokenizer.</param>
    /// <param name="seed">
    /// Names the stream <c>pretraining/probe</c>; t = skill, row id = line.
    /// </param>
    /// <param name="lineCount">Lines of each skill.</param>
    /// <param name="windowLength">Lines are cut to this many tokens and one.</param>
    public static IReadOnlyList<ProbeSet> Create(
        PretrainingGrammar grammar,
        ITextEncoder encoder,
        long seed,
        int lineCount,
        int windowLength
    )
    {
        var key = StreamKey.Create(seed, "pretraining/probe", "");
        var sets = new ProbeSet[Skills.Length];
        for (int skill = 0; skill < Skills.Length; skill++)
        {
            (string name, LineKind kind, MarkKind mark) = Skills[skill];
            var lines = new ProbeLine[lineCount];
            for (int line = 0; line < lineCount; line++)
            {
                var stream = new Philox(key, (uint)skill, (ulong)line);
                lines[line] = Draw(ref stream, grammar, encoder, kind, mark, windowLength);
            }
            sets[skill] = new ProbeSet(name, lines);
        }
        return sets;
    }

    private static ProbeLine Draw(
        ref Philox stream,
        PretrainingGrammar grammar,
        ITextEncoder encoder,
        LineKind kind,
        MarkKind mark,
        int windowLength
    )
    {
        var text = new char[grammar.LongestLine];
        var marks = new MarkKind[grammar.LongestLine];
        int length = grammar.WriteLine(ref stream, kind, text, marks);
        int[] ids = encoder.Encode(new string(text, 0, length));
        ids = ids[..Math.Min(ids.Length, windowLength + 1)];
        var positions = new List<int>();
        int place = 0;
        for (int position = 0; position < ids.Length; position++)
        {
            int end = place + encoder.ByteCount(ids[position]);
            if (position > 0 && marks.AsSpan(place, end - place).Contains(mark))
            {
                positions.Add(position);
            }
            place = end;
        }
        return new ProbeLine(ids, positions);
    }
}

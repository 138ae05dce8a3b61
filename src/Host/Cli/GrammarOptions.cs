using System.CommandLine;
using Robustness.Data;

namespace Robustness.Cli;

/// <summary>Options of the generated pretraining text, under the names of the study file.</summary>
internal sealed class GrammarOptions
{
    private static readonly GrammarSettings s_standard = new();

    private readonly Option<double?> _copyShare = CheckedOption.Real(
        "--copy-share",
        "Share of the steps, at the beginning, whose generated text only copies (0.25).",
        0,
        1
    );

    private readonly Option<double?> _markWeight = CheckedOption.Real(
        "--mark-weight",
        "Loss weight of the generated text's marks: equal, longer and so on (5).",
        0,
        above: true
    );

    private readonly Option<double?> _shortShare = CheckedOption.Real(
        "--short-share",
        $"Share of words replaced by some random letters ({Text(s_standard.ShortShare)}).",
        0,
        1
    );

    private readonly Option<double?> _copy = Weight("copy", s_standard.Copy);
    private readonly Option<double?> _randomCopy = Weight("random-copy", s_standard.RandomCopy);
    private readonly Option<double?> _same = Weight("same", s_standard.Same);
    private readonly Option<double?> _compare = Weight("compare", s_standard.Compare);
    private readonly Option<double?> _record = Weight("record", s_standard.Record);

    /// <summary>All of them.</summary>
    public IEnumerable<Option> All =>
        [_copyShare, _markWeight, _shortShare, _copy, _randomCopy, _same, _compare, _record];

    /// <summary>The settings; faults are noted.</summary>
    public GrammarSettings Read(ParseResult parsed, List<string> faults)
    {
        var grammar = new GrammarSettings
        {
            CopyPhaseShare = parsed.Sound(_copyShare) ?? s_standard.CopyPhaseShare,
            MarkWeight = (float)(parsed.Sound(_markWeight) ?? s_standard.MarkWeight),
            ShortShare = parsed.Sound(_shortShare) ?? s_standard.ShortShare,
            Copy = parsed.Sound(_copy) ?? s_standard.Copy,
            RandomCopy = parsed.Sound(_randomCopy) ?? s_standard.RandomCopy,
            Same = parsed.Sound(_same) ?? s_standard.Same,
            Compare = parsed.Sound(_compare) ?? s_standard.Compare,
            Record = parsed.Sound(_record) ?? s_standard.Record,
        };
        double[] weights =
        [
            grammar.Copy,
            grammar.RandomCopy,
            grammar.Same,
            grammar.Compare,
            grammar.Record,
        ];
        if (weights.Sum() <= 0)
        {
            faults.Add("--mix-copy and the other weights: found 0 for all; one must be above 0.");
        }
        return grammar;
    }

    private static Option<double?> Weight(string kind, double standard) =>
        CheckedOption.Real(
            $"--mix-{kind}",
            $"Weight of the {kind.Replace('-', ' ')} lines in the text ({Text(standard)}).",
            0
        );

    private static string Text(double number) =>
        number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

using System.Xml.Linq;
using Robustness.Analysis;

namespace Robustness.Reporting;

/// <summary>
/// The first section of a report: what was found, in words with numbers and intervals, and what
/// limits it.
/// </summary>
internal sealed class StudySummary(
    StudyReportData data,
    LearnedSizes learned,
    IReadOnlyList<AttackGroup> groups
)
{
    private const double NoticeableDrop = 0.05;
    private const int LargestSizes = 2;

    /// <summary>The section.</summary>
    /// <param name="rounds">What adversarial training did, one sentence for each group.</param>
    public HtmlSection Build(IReadOnlyList<string> rounds) =>
        new(
            "summary",
            "Summary",
            [
                Html.Paragraph(Scope()),
                .. data.Study.Tasks.Select(Task),
                .. rounds.Count == 0
                    ? Array.Empty<XElement>()
                    : [Html.Heading("Adversarial training"), Html.List(rounds)],
                Html.Heading("How far these statements reach"),
                Html.List(Limits()),
            ]
        );

    private string Scope()
    {
        if (data.Ladder.Count == 0)
        {
            return "No model of this study has been trained yet.";
        }
        LadderRow small = data.Ladder[0];
        LadderRow large = data.Ladder[^1];
        double ratio = (double)large.NonEmbeddingParameters / small.NonEmbeddingParameters;
        string span =
            data.Ladder.Count == 1
                ? $"One size ({ReportText.Count(small.NonEmbeddingParameters)} non-embedding "
                    + "parameters) was"
                : $"{data.Ladder.Count} sizes from "
                    + $"{ReportText.Count(small.NonEmbeddingParameters)} to "
                    + $"{ReportText.Count(large.NonEmbeddingParameters)} non-embedding "
                    + $"parameters (a factor of {ratio:0}) were";
        string attacks = ReportText.List([.. groups.Select(g => g.Attack).Distinct()]);
        return $"{span} pretrained from scratch, fine-tuned on "
            + $"{ReportText.List([.. data.Study.Tasks.Select(t => t.Name)])} with "
            + $"{ReportText.Count(data.Study.Seeds.Count, "seed")} each, and attacked. "
            + $"Attacks: {attacks}. Only rows that a classifier gets right are attacked; success "
            + "means that its prediction is then wrong.";
    }

    private XElement Task(TaskDescription task)
    {
        (string Attack, SearchVerdict Verdict)[] verdicts = [.. Verdicts(task)];
        bool search = verdicts.Length > 0 && verdicts.All(v => v.Verdict.MeasuresSearch);
        return new XElement(
            "article",
            new XAttribute("class", search ? "good" : "bad"),
            Html.Heading($"{task.Name}: {Headline(task, verdicts.Length, search)}"),
            Html.Paragraph(Learning(task)),
            Largest(task),
            verdicts.Select(v => Html.Paragraph(v.Verdict.Sentence(v.Attack))),
            Trends(task).Select(Html.Paragraph),
            Surprise(task).Select(Html.Paragraph),
            Lopsidedness(task).Select(Html.Paragraph)
        );
    }

    private string Headline(TaskDescription task, int verdicts, bool search) =>
        (learned.Learned(task.Name).Count, verdicts, search) switch
        {
            (0, _, _) => "no size has learned it",
            (_, 0, _) => "no search attack on a learned classifier of the two largest sizes",
            (_, _, true) when LargestTwo().All(learned.Learned(task.Name).Contains) =>
                "the attack curve measures search",
            (_, _, true) => "the attack curve measures search where the task was learned",
            _ => "the attack curve mixes search and surprise",
        };

    private string Learning(TaskDescription task)
    {
        IReadOnlyList<string> yes = learned.Learned(task.Name);
        IReadOnlyList<string> no = learned.NotLearned(task.Name);
        string bar =
            $"median clean accuracy of at least {ReportText.Rate(data.Study.LearnedAccuracy)}";
        string text = (yes.Count, no.Count) switch
        {
            (0, 0) => "No size was fine-tuned on this task.",
            (0, _) =>
                $"No size learned this task ({bar}), so nothing is said about robustness on it. "
                    + $"Not learned: {ReportText.List(no)}.",
            (_, 0) => $"Every size learned the task ({bar}).",
            _ => $"Learned ({bar}): {ReportText.List(yes)}. Not learned: {ReportText.List(no)}; "
                + "these are shown as crosses and are no point of any line.",
        };
        IReadOnlyList<Victim> stragglers = learned.Stragglers(task.Name);
        return stragglers.Count == 0
            ? text
            : text
                + " Left out although their size has learned it: "
                + ReportText.List([.. stragglers.Select(v => $"{v.Size} seed {v.Seed}")])
                + ".";
    }

    private XElement? Largest(TaskDescription task)
    {
        string[] missing = [.. LargestTwo().Where(s => learned.NotLearned(task.Name).Contains(s))];
        return missing.Length == 0
            ? null
            : Html.Paragraph(
                $"Among the two largest sizes, not learned: {ReportText.List(missing)}. Whether "
                    + "an attack curve would measure search there cannot be said."
            );
    }

    private IEnumerable<(string Attack, SearchVerdict Verdict)> Verdicts(TaskDescription task) =>
        from size in LargestTwo()
        from attack in groups
            .Where(g => g.Task == task && g.Role == AttackRole.Search)
            .Select(g => g.Attack)
        let verdict = SearchVerdict.Of(data, learned, task.Name, size, attack)
        where verdict is not null
        select (attack, verdict);

    private IEnumerable<string> LargestTwo() =>
        data.Ladder.Skip(data.Ladder.Count - LargestSizes).Select(r => r.Size);

    private IEnumerable<string> Trends(TaskDescription task) =>
        learned.Learned(task.Name).Count == 0
            ? []
            : groups
                .Where(g => g.Task == task && g.Role == AttackRole.Search)
                .Select(g => SizeTrend.Of(g, data.Ladder).Sentence(g.Attack));

    /// <summary>Sizes on which one random insertion alone costs accuracy.</summary>
    private IEnumerable<string> Surprise(TaskDescription task)
    {
        foreach (string size in learned.Learned(task.Name))
        {
            AccuracyRow[] rows =
            [
                .. learned
                    .Rows(task.Name, size)
                    .Where(r => learned.Contains(r.Victim) && r.RandomInsertion is not null),
            ];
            if (rows.Length == 0)
            {
                continue;
            }
            double clean = SampleSummary.MedianOf(rows.Select(r => r.Clean.All.Value))!.Value;
            double random = SampleSummary
                .MedianOf(rows.Select(r => r.RandomInsertion!.All.Value))!
                .Value;
            if (clean - random >= NoticeableDrop)
            {
                yield return $"At {size} one random insertion alone lowers accuracy from "
                    + $"{ReportText.Rate(clean)} to {ReportText.Rate(random)} (medians): part of "
                    + "any success there is surprise at inserted text.";
            }
        }
    }

    /// <summary>Attacks whose success at the last iteration lies mostly in one class.</summary>
    private IEnumerable<string> Lopsidedness(TaskDescription task)
    {
        foreach (AttackGroup group in groups.Where(g => g.Task == task))
        {
            if (group.Curves.Count == 0)
            {
                continue;
            }
            Share zero = group.Curves.Aggregate(new Share(), (s, c) => s + c.LastByClass.Class0);
            Share one = group.Curves.Aggregate(new Share(), (s, c) => s + c.LastByClass.Class1);
            (double zeroLow, double zeroHigh) = zero.Interval();
            (double oneLow, double oneHigh) = one.Interval();
            if (zeroLow > oneHigh || oneLow > zeroHigh)
            {
                yield return $"{group.Attack} is lopsided: of the rows that are really "
                    + $"{task.Class0} it breaks {ReportText.WithInterval(zero)}, of those that "
                    + $"are {task.Class1} {ReportText.WithInterval(one)}, all learned "
                    + "classifiers together.";
            }
        }
    }

    private IEnumerable<string> Limits()
    {
        int seeds = data.Study.Seeds.Count;
        yield return seeds == 1
            ? "One seed: there is no spread over seeds, and every trend could be this seed's own."
            : $"Bands and ranges are the smallest and largest of {seeds} seeds, not confidence "
                + "intervals.";
        yield return "Intervals for shares are Wilson intervals over rows. All seeds are "
            + "attacked on the same rows, so an interval over pooled seeds is somewhat too "
            + "narrow.";
        yield return data.Study.PretrainsOnFile
            ? "Pretraining text comes from a file: what it teaches is not known here."
            : "Pretraining text teaches the relations that the tasks test, in other words (see "
                + "the section on it): these are tiny models, not language models of the world.";
        foreach (TaskDescription task in data.Study.Tasks)
        {
            if (task.ChunkNoise is { } noise)
            {
                yield return Noise(task, noise);
            }
        }
    }

    private static string Noise(TaskDescription task, double noise) =>
        noise > 0
            ? $"{task.Name}: {ReportText.Rate(noise)} of the fine-tuning rows carry random text "
                + "where the attack writes (chunk_noise), so that inserted text by itself is "
                + "nothing new."
            : $"{task.Name}: no fine-tuning row carries text where the attack writes "
                + "(chunk_noise 0): any text there is new to the classifier, and success mixes "
                + "surprise and search.";
}

using System.Globalization;
using System.Xml.Linq;
using Robustness.Analysis;

namespace Robustness.Reporting;

/// <summary>
/// Adversarial training in the report of a study: whether it lowered success, what it removed,
/// how it transfers, and who gains as offence and defence scale.
/// </summary>
internal sealed class RoundsSection
{
    private readonly RoundsData _data;
    private readonly IReadOnlyList<RoundComparison> _comparisons;
    private readonly IReadOnlyList<SearchOrSurprise> _surprise;
    private readonly IReadOnlyList<BalanceFinding> _balance;
    private readonly List<(Figure Figure, string Caption)> _training;
    private readonly List<(Figure Figure, string Caption)> _offense;
    private readonly List<(Figure Figure, string Caption)> _executed;

    /// <summary>Computes everything once.</summary>
    public RoundsSection(RoundsData data)
    {
        _data = data;
        _comparisons = RoundComparison.Of(data);
        _surprise = SearchOrSurprise.Of(data);
        _balance = BalanceFinding.Of(data, data.Published);
        var published = new RoundFigures(data, executed: false);
        var executed = new RoundFigures(data, executed: true);
        _training = Drawn([
            (published.Training(), Defended),
            (published.Transfer(), Defended),
            (published.BySize(), BySize),
            (published.AttackScaling(), Scaling),
        ]);
        _offense = Drawn([(published.Balance(_balance), Balanced)]);
        _executed = Drawn([
            (executed.Training(), Defended),
            (executed.Transfer(), Defended),
            (executed.AttackScaling(), Scaling),
            (executed.Balance(BalanceFinding.Of(data, data.Executed)), Balanced),
        ]);
    }

    private const string LearnedOnly =
        " Sizes that had not learned the task before adversarial training are left out.";

    private const string BySize =
        "Smoothed success at the last iteration; median over seeds, the band from the smallest to "
        + "the largest of them."
        + LearnedOnly;

    private const string Defended =
        "Smoothed success at the last iteration on the odds' logarithm; median over seeds, the "
        + "band from the smallest to the largest of them, which with two or three seeds is all "
        + "there is. Defence compute: attack and training of all rounds so far. Dashed: the same "
        + "rounds with random text in place of attacked texts, at what they cost."
        + LearnedOnly;

    private const string Scaling =
        "Compute of all attacked rows; mean of the smoothed log odds over seeds. At each size the "
        + "round whose cost is nearest, never a later one than at the smaller size."
        + LearnedOnly;

    private const string Balanced =
        "Points: median over seeds of the interpolated iterations to the target, times the FLOPs "
        + "of one iteration on one row. Lines: least squares over rounds above 0, with bands from "
        + "redrawn seeds and rows. Along the thin lines both computes grow alike (slope 1)."
        + LearnedOnly;

    private const string Note =
        "Compute as executed counts every operation that was run, so caches make attacks cheaper; "
        + "shares are still of pretraining by the published rule.";

    /// <summary>All figures, for their files.</summary>
    public IEnumerable<Figure> Figures =>
        _training.Concat(_offense).Concat(_executed).Select(f => f.Figure);

    /// <summary>
    /// How many sizes each group's last round defended, and what training removed, one sentence a
    /// group.
    /// </summary>
    public IReadOnlyList<string> Headlines =>
        [
            .. _comparisons
                .Where(c => c.IsLast && IsLearned(c.Group, c.Size))
                .GroupBy(c => c.Group)
                .Select(g => Headline(g.Key, [.. g])),
            .. _surprise
                .Where(s => s.Removed() is not null && IsLearned(s.Search, s.Size))
                .GroupBy(s => s.Search)
                .Select(g => RemovedHeadline(g.Key, [.. g])),
        ];

    private static string RemovedHeadline(ResultGroup group, SearchOrSurprise[] sizes)
    {
        string At(RemovedPart part, string words)
        {
            string[] at = [.. sizes.Where(s => s.Removed() == part).Select(s => s.Size.Label)];
            return at.Length == 0 ? "" : $"{words} at {ReportText.List(at)}";
        }
        string[] parts =
        [
            At(RemovedPart.Gain, "the search's gain, not a surprise,"),
            At(RemovedPart.Surprise, "the surprise at inserted text, not the search's gain,"),
            At(RemovedPart.Both, "some of both"),
            At(RemovedPart.Nothing, "nothing noticeable"),
        ];
        return $"{PaperNames.Task(group.Task)}: of the success of "
            + $"{PaperNames.Attack(group.Attack)} ({group.Position}), training on "
            + $"{PaperNames.Attack(group.TrainedAttack)} removed "
            + $"{string.Join("; ", parts.Where(p => p.Length > 0))}.";
    }

    private static string Headline(ResultGroup group, RoundComparison[] sizes)
    {
        int controlled = sizes.Count(c => c.AgainstControl is not null);
        string[] not = [.. sizes.Where(c => !c.Lowered).Select(c => c.Size.Label)];
        string control =
            controlled == 0
                ? "no control arm ran"
                : $"it beat the control arm at {sizes.Count(c => c.BeatsControl)} of the "
                    + (controlled == 1 ? "1 size that has" : $"{controlled} sizes that have")
                    + " one";
        return $"{PaperNames.Task(group.Task)}: training on "
            + $"{PaperNames.Attack(group.TrainedAttack)} lowered the success of "
            + $"{PaperNames.Attack(group.Attack)} ({group.Position}) beyond chance at "
            + $"{sizes.Count(c => c.Lowered)} of {ReportText.Count(sizes.Length, "learned size")}"
            + (not.Length == 0 ? "" : $" (not at {ReportText.List(not)})")
            + $"; {control}.";
    }

    /// <summary>The sections.</summary>
    public IReadOnlyList<HtmlSection> Build(string folder)
    {
        XElement Draw((Figure Figure, string Caption) f) =>
            HtmlFigure.Build(f.Figure, f.Caption, folder);
        return
        [
            new(
                "adversarial-training",
                "Adversarial training",
                [
                    Html.Paragraph(
                        "Each test compares the same rows before and after: only rows that both "
                            + "models had right were attacked on both. The test is exact and "
                            + "one-sided, with rows as clusters over seeds; a defence has to beat "
                            + "round 0 and the control arm at the same round, both at p < "
                            + $"{RoundComparison.Level.ToString(CultureInfo.InvariantCulture)}. "
                            + "Seeds of a size whose classifier had not learned the task before "
                            + "training are left out, here and in the figures."
                    ),
                    Html.List([
                        .. NotLearned,
                        .. _comparisons
                            .Where(c => c.IsLast && IsLearned(c.Group, c.Size))
                            .Select(c => c.Sentence()),
                    ]),
                    .. _training.Select(Draw),
                    .. Tests().Build(),
                ]
            ),
            new(
                "search-or-surprise",
                "What training removed: search or surprise",
                [
                    Html.Paragraph(
                        "Random strings succeed by surprise alone; what search achieves above "
                            + "them is its gain. Rates pool the seeds; square brackets hold 95% "
                            + "Wilson intervals."
                    ),
                    Html.List(
                        _surprise
                            .Where(s => IsLearned(s.Search, s.Size))
                            .Select(s => s.Sentence())
                            .OfType<string>()
                    ),
                    .. Rates().Build(),
                ]
            ),
            new(
                "offense-defense",
                "Offence against defence",
                [
                    .. _balance.Count == 0
                        ? new[] { Html.Paragraph("No group can be compared.") }
                        :
                        [
                            Html.List(
                                _balance
                                    .Where(b => IsLearned(b.Group, b.Size))
                                    .Select(b => b.Sentence(_data.Target))
                            ),
                        ],
                    .. _offense.Select(Draw),
                    .. Fits().Build(),
                ]
            ),
            new(
                "executed-compute",
                "The same with compute as executed",
                [Html.Note(Note), .. _executed.Select(Draw)]
            ),
        ];
    }

    private bool IsLearned(ResultGroup group, LadderSize size) =>
        _data.HadLearned(group.Name, size.Parameters);

    /// <summary>Sizes of which nothing is said, and why.</summary>
    private IEnumerable<string> NotLearned =>
        PaperSizeFigures
            .Trained(_data.Published)
            .SelectMany(g => g.Sizes.Select(s => _data.NotLearned(g.Group, s)))
            .OfType<string>()
            .Distinct();

    private static List<(Figure, string)> Drawn(
        IEnumerable<(Figure? Figure, string Caption)> figures
    ) => [.. figures.Where(f => f.Figure is not null).Select(f => (f.Figure!, f.Caption))];

    private HtmlTable Tests() =>
        new(
            "Paired tests by round: rows broken before and after, on rows attacked on both",
            [
                HtmlColumn.Text("Group"),
                HtmlColumn.Text("Size"),
                HtmlColumn.Number("Round"),
                HtmlColumn.Number("Pairs"),
                HtmlColumn.Number("Broken, round 0"),
                HtmlColumn.Number("Broken, this round"),
                HtmlColumn.Number("p against round 0"),
                HtmlColumn.Number("Pairs with control"),
                HtmlColumn.Number("Broken, control"),
                HtmlColumn.Number("Broken, this round"),
                HtmlColumn.Number("p against control"),
            ],
            [
                .. _comparisons.Select(c =>
                    (IReadOnlyList<string>)
                        [
                            c.Group.Name,
                            c.Size.Label,
                            ReportText.Count(c.Round),
                            .. Cells(c.AgainstStart),
                            .. Cells(c.AgainstControl),
                        ]
                ),
            ]
        );

    private static string[] Cells(PairedTest? test) =>
        test is null
            ? ["", "", "", ""]
            :
            [
                ReportText.Count(test.PairCount),
                ReportText.Count(test.BrokenBefore),
                ReportText.Count(test.BrokenAfter),
                RoundComparison.P(test.PValue),
            ];

    private HtmlTable Rates() =>
        new(
            "Success of search and of random strings, and accuracy, by round",
            [
                HtmlColumn.Text("Group"),
                HtmlColumn.Text("Size"),
                HtmlColumn.Number("Round"),
                HtmlColumn.Number("Seeds"),
                HtmlColumn.Number("Search"),
                HtmlColumn.Number("Random strings"),
                HtmlColumn.Number("Clean accuracy"),
                HtmlColumn.Number("With one random insertion"),
            ],
            [
                .. from s in _surprise
                from r in s.Rounds
                select (IReadOnlyList<string>)
                    [
                        s.Search.Name,
                        s.Size.Label,
                        ReportText.Count(r.Round),
                        ReportText.Count(r.SeedCount),
                        ReportText.Cell(r.Search),
                        r.Random is { } random ? ReportText.Cell(random) : "",
                        ReportText.Cell(r.Clean),
                        r.Insertion is { } insertion ? ReportText.Cell(insertion) : "",
                    ],
            ]
        );

    private HtmlTable Fits() =>
        new(
            "log10 of attack compute on log10 of defence compute, rounds above 0",
            [
                HtmlColumn.Text("Group"),
                HtmlColumn.Text("Size"),
                HtmlColumn.Number("Rounds at the target"),
                HtmlColumn.Number("Slope"),
                HtmlColumn.Number("95% low"),
                HtmlColumn.Number("95% high"),
                HtmlColumn.Number("R²"),
                HtmlColumn.Number("Seeds"),
            ],
            [
                .. _balance.Select(b =>
                    (IReadOnlyList<string>)
                        [
                            b.Group.Name,
                            b.Size.Label,
                            $"{b.Points.Count(p => p.Defense > 0)} of {b.RoundCount}",
                            b.Fit.Slope is { } slope ? ReportText.Decimal(slope) : "",
                            b.Band.Slope is { } low ? ReportText.Decimal(low.Low) : "",
                            b.Band.Slope is { } high ? ReportText.Decimal(high.High) : "",
                            b.Fit.R2 is { } r2 ? ReportText.Decimal(r2) : "",
                            ReportText.Count(b.SeedCount),
                        ]
                ),
            ]
        );
}

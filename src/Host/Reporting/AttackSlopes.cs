using Robustness.Analysis;

namespace Robustness.Reporting;

/// <summary>
/// How fast the success of one attack on one task grows with compute at each size, and whether
/// that depends on size (study 7.3.3), from learned classifiers only.
/// </summary>
/// <param name="Group">The attack and the task.</param>
/// <param name="Scaling">The fits.</param>
/// <param name="TooFew">Sizes without a slope, and how many points they have for one.</param>
internal sealed record AttackSlopes(
    AttackGroup Group,
    AttackScaling Scaling,
    IReadOnlyList<(string Size, int PointCount)> TooFew
)
{
    /// <summary>The fits of one group.</summary>
    public static AttackSlopes Of(AttackGroup group, IReadOnlyList<LadderRow> ladder)
    {
        LadderSize[] sizes =
        [
            .. ladder.Select(r => new LadderSize(
                r.Size,
                r.ClassifierParameters,
                r.PretrainingFlops
            )),
        ];
        AttackPoint[] points = [.. sizes.SelectMany((size, index) => Points(group, size, index))];
        var scaling = AttackScaling.Fit(sizes, points, $"report/{group.Task.Name}/{group.Attack}");
        HashSet<string> fitted = [.. scaling.Sizes.Select(s => s.Size.Label)];
        return new(
            group,
            scaling,
            [
                .. group
                    .BySize(ladder)
                    .Select(s => s.Size.Size)
                    .Where(label => !fitted.Contains(label))
                    .Select(label =>
                        (label, points.Count(p => sizes[p.Size].Label == label && IsInside(p.Rate)))
                    ),
            ]
        );
    }

    /// <summary>
    /// Share of pretraining compute that the attack has spent after an iteration, over all
    /// attacked rows, mean over seeds.
    /// </summary>
    public static double ComputeShare(
        IReadOnlyList<AttackCurve> curves,
        int iteration,
        double pretrainingFlops
    ) => iteration * curves.Average(c => c.FlopsPerIteration.Paper) / pretrainingFlops;

    private static IEnumerable<AttackPoint> Points(AttackGroup group, LadderSize size, int index) =>
        group
            .Curves.Where(c => c.Victim.Size == size.Label)
            .SelectMany(c =>
                c.Points.Select(p => new AttackPoint(
                    index,
                    c.Victim.Seed,
                    p.Iteration,
                    c.At(p).Value,
                    c.FlopsPerIteration.Paper
                ))
            );

    private static bool IsInside(double rate) => rate is > 0 and < 1;
}

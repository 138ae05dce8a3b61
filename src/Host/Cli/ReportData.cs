using Robustness.Analysis;
using Robustness.Attacks;
using Robustness.Reporting;
using Robustness.Results;
using Robustness.Training;
using Victim = Robustness.Reporting.Victim;

namespace Robustness.Cli;

/// <summary>What the report says of a study, read from its store.</summary>
/// <param name="results">The finished runs.</param>
/// <param name="store">Where they are, its tables written.</param>
/// <param name="target">Success rate that offence has to reach.</param>
internal sealed class ReportData(StudyResults results, ResultStore store, double target)
{
    private const int PromptsPerEvaluation = 4;

    // Rounds of adversarial training are no victims of the fine-tuned ladder.
    private readonly IReadOnlyList<EvaluationRun> _evaluations =
    [
        .. results.Evaluations().Where(e => e.TrainedAttack.Length == 0),
    ];

    private readonly AttackedTraces _traces = new(results);

    public StudyReportData Build() =>
        new(
            ReportDescription.Of(results, store.Folder),
            Ladder(),
            Accuracy(),
            [.. _evaluations.Select(Curve)],
            Prompts(),
            Timings()
        )
        {
            Breaches = [.. _evaluations.Select(Breach)],
            Rounds = ReportRounds.Of(results, _traces, store.TablesFolder, target),
        };

    /// <summary>tables/breaches.csv.</summary>
    public ResultTable Breaches() => BreachTable.Build(results.Evaluations(), _traces);

    private BreachRow Breach(EvaluationRun run) =>
        new(
            VictimOf(run),
            PaperNames.Attack(run.Attack),
            [
                .. BreachTable.Shares.Select(d => new BreachValue(
                    d,
                    BreachTable.IterationsForSuccess(run, d),
                    BreachTable.AverageInitialBreach(_traces.Rows(run), d)
                )),
            ]
        );

    private List<LadderRow> Ladder() =>
        [
            .. results
                .Finished.Where(f => f.Planned.Stage == StageNames.Pretraining)
                .GroupBy(f => SizeOf(f.Planned.Labels))
                .Select(g => LadderRow(g.Key, [.. g]))
                .OrderBy(r => r.NonEmbeddingParameters)
                .ThenBy(r => r.Size, StringComparer.Ordinal),
        ];

    private LadderRow LadderRow(string size, List<(PlannedRun Planned, RunRecord Record)> runs)
    {
        var labels = runs[0].Planned.Labels;
        double fineTuning = _evaluations
            .Where(e => e.ParameterCount == labels.ParameterCount)
            .Select(e => e.FineTuningFlops)
            .FirstOrDefault();
        return new LadderRow(
            size,
            labels.ModelShape[0],
            labels.ModelShape[1],
            labels.ModelShape[2],
            labels.NonEmbeddingParameterCount,
            labels.ParameterCount,
            JsonText.FromNode<long>(runs[0].Record.Outcome["token_count"]!),
            (double)JsonText.FromNode<UInt128>(runs[0].Record.Outcome["paper_flops"]!),
            fineTuning,
            Probes(runs[0].Record),
            runs.Sum(r => r.Record.Environment.Seconds)
        );
    }

    // Text from a file has no probes.
    private static List<ProbeAccuracy> Probes(RunRecord pretraining) =>
        pretraining.Outcome["probes"] is { } probes
            ?
            [
                .. JsonText
                    .FromNode<List<SkillAccuracy>>(probes)
                    .Select(p => new ProbeAccuracy(p.Name, p.Accuracy)),
            ]
            : [];

    // The attacks of one classifier score the same clean rows: the first one speaks for all.
    private List<AccuracyRow> Accuracy() =>
        [
            .. _evaluations
                .GroupBy(VictimOf)
                .Select(g => new AccuracyRow(
                    g.Key,
                    Shares(g.First().Outcome.HeldOut.Recall, Rows(g.First())),
                    g.First().Outcome.HeldOut.RandomInsertionRecall is { } recall
                        ? Shares(recall, Rows(g.First()))
                        : null
                )),
        ];

    private AttackCurve Curve(EvaluationRun run)
    {
        var outcome = run.Outcome;
        int attacked = outcome.AttackedByClass.Sum();
        double iterations = Math.Max(1, outcome.Iterations.Count - 1);
        return new AttackCurve(
            VictimOf(run),
            PaperNames.Attack(run.Attack),
            AttackReading.RoleOf(run.Attack),
            AttackReading.Of(run.Attack),
            outcome.Examples.RowCount,
            attacked,
            new IterationFlops(
                outcome.AttackFlops.Paper / iterations,
                outcome.AttackFlops.Executed / iterations,
                outcome.AttackFlops.Linear / iterations
            ),
            [.. outcome.Iterations.Skip(1).Select(i => Point(i, attacked))],
            new ClassShares(
                new Share(outcome.BrokenByClass[0], outcome.AttackedByClass[0]),
                new Share(outcome.BrokenByClass[1], outcome.AttackedByClass[1])
            )
        );
    }

    private static CurvePoint Point(IterationSummary i, int attacked) =>
        new(
            i.Iteration,
            (int)Math.Round(i.Instantaneous * attacked),
            (int)Math.Round(i.BestByLoss * attacked),
            (int)Math.Round(i.EverBroken * attacked),
            i.LogMeanProbability ?? 0,
            i.MeanLogProbability ?? 0,
            i.MeanLogit ?? 0
        );

    private List<AttackedPrompt> Prompts() =>
        [
            .. results
                .Finished.Where(f => f.Planned.Stage == StageNames.Evaluation)
                .Where(f => f.Planned.Labels.TrainedAttack.Length == 0)
                .SelectMany(f =>
                    results
                        .Traces(f.Planned)
                        .Where(t => t.Iterations.Count > 0)
                        .Select(t => Prompt(f.Planned.Labels, t))
                        .OrderByDescending(p => p.Prediction != p.Label)
                        .ThenByDescending(p => p.LossBefore - p.LossAfter)
                        .Take(PromptsPerEvaluation)
                ),
        ];

    private AttackedPrompt Prompt(RunLabels labels, AttackTrace trace)
    {
        var shown = trace.Iterations.FirstOrDefault(i => i.Success) ?? trace.Iterations[^1];
        return new AttackedPrompt(
            new Victim(SizeOf(labels), labels.Task, labels.SeedIndex),
            PaperNames.Attack(labels.Attack),
            trace.Before,
            shown.AttackText,
            trace.After,
            trace.CleanText,
            trace.Label,
            Prediction.Of(shown.Logits),
            -Prediction.LogProbability(trace.CleanLogits, 1 - trace.Label),
            shown.Loss,
            shown.Iteration
        );
    }

    private List<StageTiming> Timings() =>
        [
            .. results
                .Finished.GroupBy(f => (f.Planned.Stage, Size: SizeOf(f.Planned.Labels)))
                .Select(g => new StageTiming(
                    g.Key.Stage,
                    g.Key.Size,
                    g.Count(),
                    g.Sum(f => f.Record.Environment.Seconds)
                )),
        ];

    private static (int Class0, int Class1) Rows(EvaluationRun run)
    {
        var heldOut = run.Outcome.HeldOut;
        return (heldOut.RowsByClass[0], heldOut.RowsByClass[1]);
    }

    private static ClassShares Shares(
        IReadOnlyList<double?> recall,
        (int Class0, int Class1) rows
    ) =>
        new(
            new Share((int)Math.Round((recall[0] ?? 0) * rows.Class0), rows.Class0),
            new Share((int)Math.Round((recall[1] ?? 0) * rows.Class1), rows.Class1)
        );

    private Victim VictimOf(EvaluationRun run) =>
        new(Sized(run.ModelFamily, run.ModelSize), run.Task, run.SeedIndex);

    private string SizeOf(RunLabels labels) => Sized(labels.ModelFamily, labels.ModelSize);

    // Points of a grid beside the size are told apart by what follows the study's family.
    private string Sized(string family, string size)
    {
        string study = (string)results.Study["family"]!;
        return family.Length > study.Length ? $"{size} {family[(study.Length + 1)..]}" : size;
    }
}

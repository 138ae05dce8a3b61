using Robustness.Analysis;
using Robustness.Reporting;
using Robustness.Results;

namespace Robustness.Cli;

/// <summary>
/// What the report says of adversarial training: the tables, read back, and the rows behind them.
/// </summary>
internal static class ReportRounds
{
    /// <summary>The data; null where no adversarial training is done.</summary>
    /// <param name="results">The finished runs.</param>
    /// <param name="traces">Their attacked rows.</param>
    /// <param name="tables">Folder of evaluations.csv and training.csv.</param>
    /// <param name="target">Success rate that offence has to reach.</param>
    public static RoundsData? Of(
        StudyResults results,
        AttackedTraces traces,
        string tables,
        double target
    )
    {
        EvaluationRun[] rounds = [.. results.Evaluations().Where(e => e.TrainedAttack.Length > 0)];
        return rounds.Length == 0 || results.Trainings().Count == 0
            ? null
            : new RoundsData(
                Tables(tables, FlopRule.Paper, target),
                Tables(tables, FlopRule.Executed, target),
                [.. rounds.Select(e => Evaluation(e, traces))],
                target
            );
    }

    private static PaperTables Tables(string folder, FlopRule flops, double target)
    {
        var reading = new TableReading { Flops = flops, OwnCounts = true };
        return new PaperTables(
            PaperResults.Read(folder, PaperConvention.Corrected, reading),
            [target]
        );
    }

    private static RoundEvaluation Evaluation(EvaluationRun run, AttackedTraces traces)
    {
        AccuracySummary scored = run.Outcome.HeldOut;
        return new RoundEvaluation(
            run.Group,
            run.ParameterCount,
            AttackReading.RoleOf(run.Attack),
            run.SeedIndex,
            run.Round,
            new Share(scored.CorrectCount, scored.RowCount),
            scored.RandomInsertionCorrectCount is { } right
                ? new Share(right, scored.RowCount)
                : null,
            traces.Rows(run)
        );
    }
}

using Robustness.Analysis;
using Robustness.Reporting;
using Robustness.Results;

namespace Robustness.Cli;

/// <summary>
/// <c>tables/breaches.csv</c>: IFS@d, the first iteration at which the success rate is at least d,
/// and AIB@d, the mean first breach of the easiest share d of the rows (study 6.2); d = 0, 0.1,
/// ... 1. Empty where the attack never gets there.
/// </summary>
internal static class BreachTable
{
    /// <summary>File name without ending.</summary>
    public const string FileName = "breaches";

    /// <summary>Shares of the rows.</summary>
    public static IReadOnlyList<double> Shares { get; } =
    [.. Enumerable.Range(0, 11).Select(i => i / 10.0)];

    /// <summary>One row for each evaluation and d, in the order of evaluations.csv.</summary>
    public static ResultTable Build(IReadOnlyList<EvaluationRun> runs, AttackedTraces traces)
    {
        var table = new ResultTable(
            FileName,
            [
                "group",
                "model_size",
                "num_params",
                "seed_idx",
                "adv_training_round",
                "run_id",
                "d",
                "iterations_for_success",
                "average_initial_breach",
            ]
        );
        foreach (
            EvaluationRun run in runs.OrderBy(r => r.Group, StringComparer.Ordinal)
                .ThenBy(r => r.ParameterCount)
                .ThenBy(r => r.SeedIndex)
                .ThenBy(r => r.Round)
                .ThenBy(r => r.Key.RunId, StringComparer.Ordinal)
        )
        {
            foreach (double d in Shares)
            {
                table.Add(
                    run.Group,
                    run.ModelSize,
                    run.ParameterCount,
                    run.SeedIndex,
                    run.Round,
                    run.Key.RunId,
                    d,
                    IterationsForSuccess(run, d),
                    AverageInitialBreach(traces.Rows(run), d)
                );
            }
        }
        return table;
    }

    /// <summary>IFS@d in the attack's reading.</summary>
    public static int? IterationsForSuccess(EvaluationRun run, double d)
    {
        SuccessReading reading = AttackReading.Of(run.Attack);
        double[] rates =
        [
            .. run.Outcome.Iterations.Select(i =>
                reading switch
                {
                    SuccessReading.EverBroken => i.EverBroken,
                    SuccessReading.BestByLoss => i.BestByLoss,
                    _ => i.Instantaneous,
                }
            ),
        ];
        return SuccessMetrics.IterationsForSuccess(rates, d);
    }

    /// <summary>AIB@d; null where it is infinite or no row was attacked.</summary>
    public static double? AverageInitialBreach(IReadOnlyList<AttackedRow> rows, double d)
    {
        int?[] first = [.. rows.Select(r => r.FirstBreach)];
        return SuccessMetrics.AverageInitialBreach(first, d) is { } value && double.IsFinite(value)
            ? value
            : null;
    }
}

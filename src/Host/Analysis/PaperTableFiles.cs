namespace Robustness.Analysis;

/// <summary>
/// The eight tables of an analysis. The first columns of each are fixed; standard errors,
/// intervals and model comparisons follow them.
/// </summary>
public static class PaperTableFiles
{
    /// <summary>All tables, rows sorted, one row for each key.</summary>
    public static IReadOnlyList<ResultTable> Of(PaperTables tables)
    {
        ArgumentNullException.ThrowIfNull(tables);
        return
        [
            AttackSuccess(tables),
            Slopes(tables),
            Trends(tables),
            SizeRegressions(tables),
            TrainingFlops(tables),
            Balance(tables),
            BalanceFits(tables),
            StrongReject(tables),
        ];
    }

    private static ResultTable AttackSuccess(PaperTables tables)
    {
        var table = new ResultTable(
            "asr",
            [
                "group",
                "model_size",
                "num_params",
                "adv_training_round",
                "iteration",
                "seeds",
                "pre_attack_accuracy_mean",
                "asr_mean",
                "asr_median",
                "asr_min",
                "asr_max",
                "asr_smoothed_median",
                "log_mean_prob_mean",
                "mean_log_prob_mean",
            ]
        );
        foreach (GroupRows rows in tables.Groups)
        {
            if (rows.Group.Kind == GroupKind.StrongReject)
            {
                continue;
            }
            bool tuned = rows.Group.Kind == GroupKind.FineTuned;
            foreach (
                var cell in rows
                    .All.GroupBy(r => (r.Parameters, Round: tuned ? 0 : r.Round, r.Iteration))
                    .OrderBy(g => g.Key)
            )
            {
                SampleSummary rate = SampleSummary.Of(cell.Select(r => r.AttackSuccessRate))!.Value;
                table.Add(
                    rows.Group.Name,
                    cell.First().ModelSize,
                    cell.Key.Parameters,
                    tuned ? null : cell.Key.Round,
                    cell.Key.Iteration,
                    rate.Count,
                    Mean(cell, r => r.PreAttackAccuracy),
                    rate.Mean,
                    rate.Median,
                    rate.Min,
                    rate.Max,
                    SmoothedMedian(cell),
                    Mean(cell, r => r.LogMeanProbability),
                    Mean(cell, r => r.MeanLogProbability)
                );
            }
        }
        return table;
    }

    private static ResultTable Slopes(PaperTables tables)
    {
        var table = new ResultTable(
            "slopes",
            [
                "group",
                "round_selector",
                "model_size",
                "num_params",
                "slope",
                "intercept",
                "r2",
                "n",
                "seeds",
                "slope_standard_error",
                "intercept_standard_error",
                "slope_bootstrap_low",
                "slope_bootstrap_high",
            ]
        );
        foreach ((string group, string selector, AttackScaling scaling) in tables.Slopes)
        {
            foreach (SizeScaling size in scaling.Sizes)
            {
                table.Add(
                    group,
                    selector,
                    size.Size.Label,
                    size.Size.Parameters,
                    size.Fit.Slope,
                    size.Fit.Intercept,
                    size.Fit.R2,
                    size.Fit.Count,
                    size.Clusters.Count,
                    size.Fit.SlopeError,
                    size.Fit.InterceptError,
                    size.SlopeInterval?.Low,
                    size.SlopeInterval?.High
                );
            }
        }
        return table;
    }

    private static ResultTable Trends(PaperTables tables)
    {
        var table = new ResultTable(
            "meta_slopes",
            [
                "group",
                "round_selector",
                "slope",
                "intercept",
                "r2",
                "n",
                "slope_standard_error",
                "intercept_standard_error",
                "slope_bootstrap_low",
                "slope_bootstrap_high",
                "f_line_against_constant",
                "p_line_against_constant",
                "aic_constant",
                "aic_line",
                "f_lines_by_size_against_one_line",
                "p_lines_by_size_against_one_line",
                "aic_one_line",
                "aic_lines_by_size",
            ]
        );
        foreach ((string group, string selector, AttackScaling scaling) in tables.Slopes)
        {
            ScalingFit fit = scaling.Trend;
            if (fit.Count < AttackScaling.MinimumCount)
            {
                continue;
            }
            NestedModels trend = NestedModels.LineAgainstConstant(fit);
            NestedModels size = scaling.SizeMatters;
            table.Add(
                group,
                selector,
                fit.Slope,
                fit.Intercept,
                fit.R2,
                fit.Count,
                fit.SlopeError,
                fit.InterceptError,
                scaling.TrendInterval?.Low,
                scaling.TrendInterval?.High,
                trend.FStatistic,
                trend.PValue,
                trend.AicSmaller,
                trend.AicLarger,
                size.FStatistic,
                size.PValue,
                size.AicSmaller,
                size.AicLarger
            );
        }
        return table;
    }

    private static ResultTable SizeRegressions(PaperTables tables)
    {
        var table = new ResultTable(
            "size_regressions",
            [
                "group",
                "iteration",
                "slope",
                "intercept",
                "r2",
                "n",
                "slope_standard_error",
                "intercept_standard_error",
                "slope_bootstrap_low",
                "slope_bootstrap_high",
                "f_line_against_constant",
                "p_line_against_constant",
                "aic_constant",
                "aic_line",
            ]
        );
        foreach (SizeRegression regression in tables.Regressions)
        {
            ScalingFit fit = regression.Fit;
            NestedModels size = NestedModels.LineAgainstConstant(fit);
            table.Add(
                regression.Group,
                regression.Iteration,
                fit.Slope,
                fit.Intercept,
                fit.R2,
                fit.Count,
                fit.SlopeError,
                fit.InterceptError,
                regression.SlopeInterval?.Low,
                regression.SlopeInterval?.High,
                size.FStatistic,
                size.PValue,
                size.AicSmaller,
                size.AicLarger
            );
        }
        return table;
    }

    private static ResultTable TrainingFlops(PaperTables tables)
    {
        var table = new ResultTable(
            "training_flops",
            [
                "group",
                "model_size",
                "num_params",
                "adv_training_round",
                "runs",
                "mean_train_total_flops",
                "defense_flops_fraction_pretrain",
            ]
        );
        foreach ((string group, DefenseScaling costs) in tables.Training)
        {
            foreach (((long parameters, int round), RoundCost cost) in costs.Costs)
            {
                table.Add(
                    group,
                    costs.Label(parameters),
                    parameters,
                    round,
                    cost.Runs,
                    cost.MeanFlops,
                    cost.Fraction
                );
            }
        }
        return table;
    }

    private static ResultTable Balance(PaperTables tables)
    {
        var table = new ResultTable(
            "offense_defense",
            [
                "group",
                "target_asr",
                "model_size",
                "adv_training_round",
                "iterations",
                "attack_flops_fraction_pretrain",
                "defense_flops_fraction_pretrain",
                "num_params",
                "seeds_attained",
                "iterations_min",
                "iterations_max",
            ]
        );
        foreach ((string group, double target, OffenseDefense balance) in tables.Balances)
        {
            foreach (BalancePoint point in balance.Points)
            {
                table.Add(
                    group,
                    target,
                    point.Size.Label,
                    point.Round,
                    point.Iterations.Median,
                    point.Attack,
                    point.Defense,
                    point.Size.Parameters,
                    point.Iterations.Count,
                    point.Iterations.Min,
                    point.Iterations.Max
                );
            }
        }
        return table;
    }

    private static ResultTable BalanceFits(PaperTables tables)
    {
        var table = new ResultTable(
            "offense_defense_fits",
            [
                "group",
                "target_asr",
                "model_size",
                "mean_flops_per_iteration_per_example",
                "slope",
                "intercept",
                "r2",
                "n",
                "num_params",
                "slope_standard_error",
                "intercept_standard_error",
            ]
        );
        foreach ((string group, double target, OffenseDefense balance) in tables.Balances)
        {
            foreach (BalanceFit fit in balance.Fits)
            {
                table.Add(
                    group,
                    target,
                    fit.Size.Label,
                    fit.FlopsPerExample,
                    fit.Fit.Slope,
                    fit.Fit.Intercept,
                    fit.Fit.R2,
                    fit.Fit.Count,
                    fit.Size.Parameters,
                    fit.Fit.SlopeError,
                    fit.Fit.InterceptError
                );
            }
        }
        return table;
    }

    private static ResultTable StrongReject(PaperTables tables)
    {
        var table = new ResultTable(
            "strongreject",
            [
                "model_size",
                "num_params",
                "refusal_before",
                "asr",
                "wilson_low",
                "wilson_high",
                "post_attack_accuracy",
                "n",
                "iteration",
                "group",
            ]
        );
        foreach (GroupRows rows in tables.Groups)
        {
            if (rows.Group.Kind != GroupKind.StrongReject)
            {
                continue;
            }
            foreach (var size in rows.Runs.GroupBy(r => r[0].Parameters))
            {
                EvaluationRow row = size.Select(r => r[^1]).MaxBy(r => r.Iteration)!;
                var interval = row.AttackedCount is { } count
                    ? SuccessMetrics.Wilson(row.AttackSuccessRate, count)
                    : null;
                table.Add(
                    row.ModelSize,
                    row.Parameters,
                    row.PreAttackAccuracy,
                    row.AttackSuccessRate,
                    interval?.Low,
                    interval?.High,
                    row.PostAttackAccuracy,
                    row.AttackedCount,
                    row.Iteration,
                    rows.Group.Name
                );
            }
        }
        return table;
    }

    private static double? Mean(
        IEnumerable<EvaluationRow> rows,
        Func<EvaluationRow, double?> value
    ) => SampleSummary.MeanOf(rows.Select(value).OfType<double>());

    private static double? SmoothedMedian(IEnumerable<EvaluationRow> rows) =>
        SampleSummary.MedianOf(
            rows.Where(r => r.EvaluatedCount is not null)
                .Select(r => SuccessMetrics.Laplace(r.AttackSuccessRate, r.EvaluatedCount!.Value))
        );
}

namespace Robustness.Analysis;

/// <summary>
/// Types the rows of one table. The stored columns of pretraining compute and defence fractions
/// are never read: they are wrong in some published tables.
/// </summary>
internal static class RowReader
{
    private const string Total = "train_total_flops";
    private const string Rate = "asr";
    private const string Attacked = "adversarial_eval_n_correct_pre_attack";

    /// <summary>Whether the table holds training rounds, by its columns or its folder.</summary>
    /// <param name="table">Of one file.</param>
    /// <param name="folder">Name of the folder that the file lies in.</param>
    public static bool IsTraining(CsvTable table, string? folder) =>
        !table.Has(Rate) && (table.Has(Total) || folder == "training");

    /// <summary>The table's evaluation rows; those without a rate are left out.</summary>
    public static List<EvaluationRow> Evaluations(
        CsvTable table,
        string group,
        PaperConvention convention,
        TableReading reading
    )
    {
        string nominal = reading.OwnCounts ? "adversarial_eval_n_examples" : "dataset_n_val";
        string costed = reading.OwnCounts ? Attacked : nominal;
        string perIteration = reading.Compute("flops_per_iteration");
        table.Require(
            Rate,
            "iteration",
            "num_params",
            "seed_idx",
            "adv_training_round",
            perIteration,
            nominal,
            "adversarial_eval_pre_attack_accuracy"
        );
        var rows = new List<EvaluationRow>(table.Rows.Count);
        for (int i = 0; i < table.Rows.Count; i++)
        {
            if (Bounded(table, i, Rate, 1) is not { } rate)
            {
                continue;
            }
            long parameters = table.Whole(i, "num_params", 1);
            rows.Add(
                new EvaluationRow
                {
                    Group = Group(table, i, group),
                    ModelSize = PublishedSizes.Label(parameters, table.Text(i, "model_size")),
                    Parameters = parameters,
                    Seed = Small(table, i, "seed_idx"),
                    Round = Small(table, i, "adv_training_round"),
                    Iteration = Small(table, i, "iteration"),
                    AttackSuccessRate = rate,
                    FlopsPerIteration = Bounded(table, i, perIteration),
                    EvaluatedCount = Positive(table, i, nominal),
                    CostedCount = Bounded(table, i, costed) is > 0 and var count ? count : null,
                    PreAttackAccuracy = Bounded(
                        table,
                        i,
                        "adversarial_eval_pre_attack_accuracy",
                        1
                    ),
                    AttackedCount = Bounded(table, i, Attacked),
                    PostAttackAccuracy = Bounded(table, i, "post_attack_accuracy", 1),
                    LogMeanProbability = table.Number(i, "log_mean_prob"),
                    MeanLogProbability = table.Number(i, "mean_log_prob"),
                    PretrainingFlops = Pretraining(table, i, parameters, convention),
                    CreatedAt = table.Text(i, "run_created_at"),
                    RunId = table.Text(i, "run_id"),
                }
            );
        }
        return rows;
    }

    /// <summary>The table's training rows.</summary>
    public static List<TrainingRow> Trainings(
        CsvTable table,
        string group,
        PaperConvention convention,
        TableReading reading
    )
    {
        string total = reading.Compute(Total);
        table.Require(total, "num_params", "adv_training_round");
        var rows = new List<TrainingRow>(table.Rows.Count);
        for (int i = 0; i < table.Rows.Count; i++)
        {
            long parameters = table.Whole(i, "num_params", 1);
            rows.Add(
                new TrainingRow
                {
                    Group = Group(table, i, group),
                    ModelSize = PublishedSizes.Label(parameters, table.Text(i, "model_size")),
                    Parameters = parameters,
                    Round = Small(table, i, "adv_training_round"),
                    TotalFlops = Bounded(table, i, total),
                    PretrainingFlops = Pretraining(table, i, parameters, convention),
                }
            );
        }
        return rows;
    }

    private static string Group(CsvTable table, int row, string otherwise)
    {
        string own = table.Text(row, "group");
        return own.Length > 0 ? own : otherwise;
    }

    private static double? Pretraining(
        CsvTable table,
        int row,
        long parameters,
        PaperConvention convention
    ) =>
        PublishedSizes.PretrainingFlops(parameters, convention)
        ?? Positive(table, row, "pretraining_flops");

    private static int Small(CsvTable table, int row, string column)
    {
        long value = table.Whole(row, column, 0);
        return value <= int.MaxValue
            ? (int)value
            : throw table.Fault(row, column, table.Text(row, column), "less than 2^31");
    }

    private static double? Positive(CsvTable table, int row, string column) =>
        table.Number(row, column) switch
        {
            null => null,
            > 0 and var value => value,
            _ => throw table.Fault(row, column, table.Text(row, column), "more than 0"),
        };

    private static double? Bounded(
        CsvTable table,
        int row,
        string column,
        double most = double.MaxValue
    ) =>
        table.Number(row, column) switch
        {
            null => null,
            { } value when value >= 0 && value <= most => value,
            _ => throw table.Fault(
                row,
                column,
                table.Text(row, column),
                most == 1 ? "a rate in [0, 1]" : "0 or more"
            ),
        };
}

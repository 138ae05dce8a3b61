using System.Globalization;

namespace Robustness.Results;

/// <summary>
/// <c>tables/evaluations</c>: one row per (run, iteration), as the conventions fix it.
/// </summary>
public static class EvaluationTable
{
    /// <summary>File name without ending.</summary>
    public const string FileName = "evaluations";

    /// <summary>Builds the table in its fixed order of rows and columns.</summary>
    public static Table Build(IReadOnlyList<EvaluationRun> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        long[] sizes = [.. runs.Select(r => r.ParameterCount).Distinct().Order()];
        var rows = runs.OrderBy(r => r.Group, StringComparer.Ordinal)
            .ThenBy(r => r.ParameterCount)
            .ThenBy(r => r.SeedIndex)
            .ThenBy(r => r.Round)
            .ThenBy(r => r.Key.RunId, StringComparer.Ordinal)
            .SelectMany(r => r.Outcome.Iterations.Select(i => new Row(r, i)))
            .ToList();
        return new Table([
            .. Names(rows),
            .. Rates(rows),
            .. Compute(rows),
            .. Counts(rows),
            .. Accuracies(rows),
            .. Origins(rows, sizes),
            .. HeldOut(rows),
        ]);
    }

    private static TableColumn[] Names(List<Row> rows) =>
        [
            Text("group", rows, r => r.Run.Group),
            Text("model_family", rows, r => r.Run.ModelFamily),
            Text("task", rows, r => r.Run.Task),
            Text("attack", rows, r => r.Run.Attack),
            Text("trained_attack", rows, r => OrNull(r.Run.TrainedAttack)),
            Text("position", rows, r => r.Run.Position),
            Text("model_size", rows, r => r.Run.ModelSize),
            Whole("num_params", rows, r => r.Run.ParameterCount),
            Whole("seed_idx", rows, r => r.Run.SeedIndex),
            Whole("adv_training_round", rows, r => r.Run.Round),
            Whole("iteration", rows, r => r.Iteration.Iteration),
        ];

    private static TableColumn[] Rates(List<Row> rows) =>
        [
            Real("asr", rows, r => Published(r)),
            Real("asr_instantaneous", rows, r => r.Iteration.Instantaneous),
            Real("asr_best_by_loss", rows, r => r.Iteration.BestByLoss),
            Real("asr_ever_broken", rows, r => r.Iteration.EverBroken),
            Real("log_mean_prob", rows, r => r.Iteration.LogMeanProbability),
            Real("mean_log_prob", rows, r => r.Iteration.MeanLogProbability),
            Real("mean_logit", rows, r => r.Iteration.MeanLogit),
        ];

    private static TableColumn[] Compute(List<Row> rows) =>
        [
            Real("flops_per_iteration", rows, r => PerIteration(r, r.Flops.Paper)),
            Real("published_flops_per_iteration", rows, r => PerIteration(r, r.Flops.Published)),
            Real("executed_flops_per_iteration", rows, r => PerIteration(r, r.Flops.Executed)),
            Real("linear_flops_per_iteration", rows, r => PerIteration(r, r.Flops.Linear)),
            Real("pretraining_flops", rows, r => r.Run.PretrainingFlops),
            Real("fine_tuning_flops", rows, r => r.Run.FineTuningFlops),
        ];

    private static TableColumn[] Counts(List<Row> rows)
    {
        const string prefix = "adversarial_eval_";
        return
        [
            Real(prefix + "pre_attack_accuracy", rows, r => r.Examples.Accuracy),
            Whole(prefix + "n_examples", rows, r => r.Examples.RowCount),
            Whole(prefix + "n_correct_pre_attack", rows, r => r.Examples.CorrectCount),
            Whole(
                prefix + "n_incorrect_pre_attack",
                rows,
                r => r.Examples.RowCount - r.Examples.CorrectCount
            ),
            Whole(
                prefix + "n_correct_post_attack",
                rows,
                r => r.Run.Outcome.CorrectPostAttackCount
            ),
            Whole(
                prefix + "n_incorrect_post_attack",
                rows,
                r => r.Run.Outcome.IncorrectPostAttackCount
            ),
            Real(
                "post_attack_accuracy",
                rows,
                r => Share(r.Run.Outcome.CorrectPostAttackCount, r.Examples.RowCount)
            ),
            Whole("dataset_n_val", rows, r => r.Run.ValidationRowCount),
        ];
    }

    private static TableColumn[] Accuracies(List<Row> rows) =>
        [
            Real("clean_recall_0", rows, r => r.Examples.Recall[0]),
            Real("clean_recall_1", rows, r => r.Examples.Recall[1]),
            Real("random_insertion_accuracy", rows, r => r.Examples.RandomInsertionAccuracy),
            Real("random_insertion_recall_0", rows, r => r.Examples.RandomInsertionRecall?[0]),
            Real("random_insertion_recall_1", rows, r => r.Examples.RandomInsertionRecall?[1]),
            Real("chunk_noise", rows, r => r.Run.ChunkNoise),
        ];

    private static TableColumn[] Origins(List<Row> rows, long[] sizes) =>
        [
            Whole("model_idx", rows, r => Array.IndexOf(sizes, r.Run.ParameterCount)),
            Text("model_name_or_path", rows, r => r.Run.ModelName),
            Text("model_revision", rows, r => Revision(r.Run)),
            Whole("evaluation_evaluation_attack_seed", rows, r => r.Run.AttackSeed),
            Text("run_name", rows, r => RunName(r.Run)),
            Text("run_id", rows, r => r.Run.Key.RunId),
            Text("run_state", rows, _ => "finished"),
            Text("run_created_at", rows, _ => null),
            Whole("_step", rows, r => r.Iteration.Iteration),
        ];

    private static TableColumn[] HeldOut(List<Row> rows)
    {
        const string prefix = "held_out_";
        return
        [
            Whole(prefix + "n_examples", rows, r => r.All.RowCount),
            Real(prefix + "accuracy", rows, r => r.All.Accuracy),
            Real(prefix + "recall_0", rows, r => r.All.Recall[0]),
            Real(prefix + "recall_1", rows, r => r.All.Recall[1]),
            Real(prefix + "random_insertion_accuracy", rows, r => r.All.RandomInsertionAccuracy),
            Real(prefix + "random_insertion_recall_0", rows, r => r.All.RandomInsertionRecall?[0]),
            Real(prefix + "random_insertion_recall_1", rows, r => r.All.RandomInsertionRecall?[1]),
            Whole("n_attacked_0", rows, r => r.Run.Outcome.AttackedByClass[0]),
            Whole("n_attacked_1", rows, r => r.Run.Outcome.AttackedByClass[1]),
            Whole("n_broken_0", rows, r => r.Run.Outcome.BrokenByClass[0]),
            Whole("n_broken_1", rows, r => r.Run.Outcome.BrokenByClass[1]),
        ];
    }

    // The reading that the published tables have for this attack (conventions 5).
    private static double Published(Row row) =>
        row.Run.Attack.StartsWith("random_token", StringComparison.Ordinal)
            ? row.Iteration.EverBroken
            : row.Iteration.Instantaneous;

    private static string Revision(EvaluationRun run) =>
        run.TrainedAttack.Length == 0 ? "main" : ModelNames.Revision(run.Round);

    private static string RunName(EvaluationRun run)
    {
        string name = $"{run.Group}_{run.ModelSize}_s{run.SeedIndex}";
        return run.TrainedAttack.Length == 0
            ? name
            : string.Create(CultureInfo.InvariantCulture, $"{name}_r{run.Round}");
    }

    private static string? OrNull(string text) => text.Length == 0 ? null : text;

    private static double? PerIteration(Row row, long flops) =>
        row.Run.Outcome.Iterations.Count > 1
            ? (double)flops / (row.Run.Outcome.Iterations.Count - 1)
            : null;

    private static double? Share(int part, int whole) => whole == 0 ? null : (double)part / whole;

    private static TableColumn.Text Text(string name, List<Row> rows, Func<Row, string?> value) =>
        new(name, [.. rows.Select(value)]);

    private static TableColumn.Whole Whole(string name, List<Row> rows, Func<Row, long?> value) =>
        new(name, [.. rows.Select(value)]);

    private static TableColumn.Real Real(string name, List<Row> rows, Func<Row, double?> value) =>
        new(name, [.. rows.Select(value)]);

    private sealed record Row(EvaluationRun Run, IterationSummary Iteration)
    {
        public AccuracySummary Examples => Run.Outcome.Examples;

        public AccuracySummary All => Run.Outcome.HeldOut;

        public Attacks.FlopCounts Flops => Run.Outcome.AttackFlops;
    }
}

using System.Globalization;
using Robustness.Training;

namespace Robustness.Results;

/// <summary>
/// <c>tables/training</c>: one row per (adversarial training, round); round 0 is the fine-tuned
/// model. Columns as the conventions fix them.
/// </summary>
public static class TrainingTable
{
    /// <summary>File name without ending.</summary>
    public const string FileName = "training";

    /// <summary>Builds the table in its fixed order of rows and columns.</summary>
    public static Table Build(IReadOnlyList<TrainingRun> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        long[] ranks = [.. runs.Select(r => r.Labels.ParameterCount).Distinct().Order()];
        var rows = runs.SelectMany(RoundsOf)
            .OrderBy(r => r.Run.Group, StringComparer.Ordinal)
            .ThenBy(r => r.Run.Labels.ParameterCount)
            .ThenBy(r => r.Run.Labels.SeedIndex)
            .ThenBy(r => r.Round)
            .ThenBy(r => r.Run.Key.RunId, StringComparer.Ordinal)
            .ToList();
        return new Table([
            .. Names(rows),
            .. Flops(rows),
            .. Rounds(rows),
            .. Defence(rows),
            .. Origins(rows, ranks),
            .. Counts(rows),
        ]);
    }

    private static TableColumn[] Names(List<Row> rows) =>
        [
            Text("group", rows, r => r.Run.Group),
            Text("model_family", rows, r => r.Run.Labels.ModelFamily),
            Text("task", rows, r => r.Run.Labels.Task),
            Text("trained_attack", rows, r => r.Run.Labels.TrainedAttack),
            Text("position", rows, r => r.Run.Labels.TrainedPosition),
            Text("model_size", rows, r => r.Run.Labels.ModelSize),
            Whole("num_params", rows, r => r.Run.Labels.ParameterCount),
            Whole("seed_idx", rows, r => r.Run.Labels.SeedIndex),
            Whole("adv_training_round", rows, r => r.Round),
        ];

    private static TableColumn[] Flops(List<Row> rows) =>
        [
            Real("train_total_flops", rows, r => (double)r.Total.Paper),
            Real("published_train_total_flops", rows, r => (double)r.Total.Published),
            Real("executed_train_total_flops", rows, r => (double)r.Total.Executed),
            Real("attack_flops", rows, r => (double)r.Attack.Paper),
            Real("training_flops", rows, r => (double)r.Training.Paper),
            Real("executed_attack_flops", rows, r => (double)r.Attack.Executed),
            Real("executed_training_flops", rows, r => (double)r.Training.Executed),
        ];

    private static TableColumn[] Rounds(List<Row> rows) =>
        [
            Whole("attack_iterations", rows, r => r.Outcome?.AttackIterations ?? 0),
            Whole("examples_attacked", rows, r => r.Outcome?.ExamplesAttacked ?? 0),
            Real("fresh_attack_success_rate", rows, r => r.Outcome?.SuccessRate()),
            Whole("pool_size", rows, r => r.Outcome?.PoolSize ?? 0),
            Whole("clean_rows", rows, r => r.Outcome?.CleanRows ?? 0),
            Whole("adversarial_rows", rows, r => r.Outcome?.AdversarialRows ?? 0),
            Real("mean_loss_clean", rows, r => r.Outcome?.MeanLossClean),
            Real("mean_loss_adversarial", rows, r => r.Outcome?.MeanLossAdversarial),
        ];

    private static TableColumn[] Defence(List<Row> rows) =>
        [
            Real("pretraining_flops", rows, r => r.Run.PretrainingFlops),
            Real(
                "defense_flops_fraction_pretrain",
                rows,
                r => (double)r.Total.Paper / r.Run.PretrainingFlops
            ),
        ];

    private static TableColumn[] Origins(List<Row> rows, long[] ranks) =>
        [
            Whole("model_idx", rows, r => Array.IndexOf(ranks, r.Run.Labels.ParameterCount)),
            Text("model_key", rows, r => r.Run.ModelName),
            Text("model_name_or_path", rows, r => r.Run.ModelName),
            Whole("training_seed", rows, r => r.Run.Seed),
            Text("run_name", rows, RunName),
            Text("run_id", rows, r => r.Run.Key.RunId),
            Text("run_state", rows, _ => "finished"),
            Text("run_created_at", rows, _ => null),
            Whole("_step", rows, r => r.Round),
        ];

    private static TableColumn[] Counts(List<Row> rows) =>
        [
            Real("published_attack_flops", rows, r => (double)r.Attack.Published),
            Whole("fresh_n_right_before", rows, r => r.Outcome?.RightBeforeCount ?? 0),
            Whole("fresh_n_broken", rows, r => r.Outcome?.BrokenCount ?? 0),
            Whole("training_steps", rows, r => r.Outcome?.StepCount ?? 0),
            Whole("training_tokens", rows, r => r.Outcome?.TokenCount ?? 0),
        ];

    private static IEnumerable<Row> RoundsOf(TrainingRun run)
    {
        yield return new Row(run, null, default);
        var total = default(FlopTotals);
        foreach (var round in run.Outcome.Rounds)
        {
            total += round.AttackFlops + round.TrainingFlops;
            yield return new Row(run, round, total);
        }
    }

    private static string RunName(Row row) =>
        $"{row.Run.Group}_{row.Run.Labels.ModelSize}_s"
        + row.Run.Labels.SeedIndex.ToString(CultureInfo.InvariantCulture);

    private static TableColumn.Text Text(string name, List<Row> rows, Func<Row, string?> value) =>
        new(name, [.. rows.Select(value)]);

    private static TableColumn.Whole Whole(string name, List<Row> rows, Func<Row, long?> value) =>
        new(name, [.. rows.Select(value)]);

    private static TableColumn.Real Real(string name, List<Row> rows, Func<Row, double?> value) =>
        new(name, [.. rows.Select(value)]);

    // The outcome is null at round 0.
    private sealed record Row(TrainingRun Run, RoundOutcome? Outcome, FlopTotals Total)
    {
        public int Round => Outcome?.Round ?? 0;

        public FlopTotals Attack => Outcome?.AttackFlops ?? default;

        public FlopTotals Training => Outcome?.TrainingFlops ?? default;
    }
}

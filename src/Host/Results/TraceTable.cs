using System.Globalization;
using Robustness.Attacks;

namespace Robustness.Results;

/// <summary>
/// Attack traces as a table: one row per (example, iteration); iteration 0 is the clean prompt
/// with the initial string and the FLOPs of the setup.
/// </summary>
public static class TraceTable
{
    /// <summary>The file in a run's folder.</summary>
    public const string FileName = "traces";

    /// <summary>Builds the table, examples in the given order.</summary>
    public static Table Build(IReadOnlyList<AttackTrace> traces)
    {
        ArgumentNullException.ThrowIfNull(traces);
        var rows = traces.SelectMany(Rows).ToList();
        return new Table([
            new TableColumn.Whole("row_id", [.. rows.Select(r => (long?)r.Trace.RowId)]),
            new TableColumn.Whole("label", [.. rows.Select(r => (long?)r.Trace.Label)]),
            new TableColumn.Whole("iteration", [.. rows.Select(r => (long?)r.Entry.Iteration)]),
            new TableColumn.Text("before", [.. rows.Select(r => r.Trace.Before)]),
            new TableColumn.Text("attack_text", [.. rows.Select(r => r.Entry.AttackText)]),
            new TableColumn.Text("after", [.. rows.Select(r => r.Trace.After)]),
            new TableColumn.Text("clean_text", [.. rows.Select(CleanText)]),
            new TableColumn.Text("attack_ids", [.. rows.Select(r => Join(r.Entry.AttackIds))]),
            new TableColumn.Text("logits", [.. rows.Select(r => Join(r.Entry.Logits))]),
            new TableColumn.Real("loss", [.. rows.Select(Loss)]),
            new TableColumn.Whole("success", [.. rows.Select(r => r.Entry.Success ? 1L : 0)]),
            Whole("candidates_scored", rows, r => r.Entry.CandidatesScored),
            Whole("paper_flops", rows, r => r.Entry.Flops.Paper),
            Whole("published_flops", rows, r => r.Entry.Flops.Published),
            Whole("executed_flops", rows, r => r.Entry.Flops.Executed),
            Whole("linear_flops", rows, r => r.Entry.Flops.Linear),
            Whole("token_index", rows, r => r.Trace.SpanStart),
        ]);
    }

    private static TableColumn.Whole Whole(string name, List<Row> rows, Func<Row, long> value) =>
        new(name, [.. rows.Select(r => (long?)value(r))]);

    private static IEnumerable<Row> Rows(AttackTrace trace)
    {
        var clean = new AttackIteration(
            0,
            trace.InitialAttackIds,
            "",
            0,
            trace.CleanLogits,
            false,
            0,
            trace.SetupFlops
        );
        return trace.Iterations.Prepend(clean).Select(entry => new Row(trace, entry));
    }

    private static string? CleanText(Row row) =>
        row.Entry.Iteration == 0 ? row.Trace.CleanText : null;

    private static double? Loss(Row row) => row.Entry.Iteration == 0 ? null : row.Entry.Loss;

    private static string Join(IEnumerable<int> values) => string.Join(' ', values);

    private static string Join(IEnumerable<float> values) =>
        string.Join(' ', values.Select(v => v.ToString("R", CultureInfo.InvariantCulture)));

    private sealed record Row(AttackTrace Trace, AttackIteration Entry);
}

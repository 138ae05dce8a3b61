using System.Globalization;
using Parquet;
using Robustness.Attacks;

namespace Robustness.Results;

/// <summary>Reads back the traces that <see cref="TraceTable"/> wrote.</summary>
public static class TraceReader
{
    /// <summary>The traces of a Parquet file, in the file's order.</summary>
    public static IReadOnlyList<AttackTrace> Read(string path) =>
        ReadAsync(path).GetAwaiter().GetResult();

    private static async Task<IReadOnlyList<AttackTrace>> ReadAsync(string path)
    {
        await using var stream = File.OpenRead(path);
        await using var reader = await ParquetReader.CreateAsync(stream).ConfigureAwait(false);
        using var group = reader.OpenRowGroupReader(0);
        int count = checked((int)group.RowCount);
        var whole = new Dictionary<string, long?[]>();
        var real = new Dictionary<string, double?[]>();
        var text = new Dictionary<string, string?[]>();
        foreach (var field in reader.Schema.GetDataFields())
        {
            if (field.ClrType == typeof(long))
            {
                long?[] values = new long?[count];
                await group.ReadAsync<long>(field, values.AsMemory()).ConfigureAwait(false);
                whole[field.Name] = values;
            }
            else if (field.ClrType == typeof(double))
            {
                double?[] values = new double?[count];
                await group.ReadAsync<double>(field, values.AsMemory()).ConfigureAwait(false);
                real[field.Name] = values;
            }
            else
            {
                string?[] values = new string?[count];
                await group.ReadAsync(field, values.AsMemory()).ConfigureAwait(false);
                text[field.Name] = values;
            }
        }
        return new Columns(whole, real, text).Traces();
    }

    private sealed record Columns(
        Dictionary<string, long?[]> WholeNumbers,
        Dictionary<string, double?[]> Reals,
        Dictionary<string, string?[]> Texts
    )
    {
        public List<AttackTrace> Traces()
        {
            var traces = new List<AttackTrace>();
            int count = WholeNumbers["iteration"].Length;
            for (int first = 0, next; first < count; first = next)
            {
                next = first + 1;
                while (next < count && Whole("iteration", next) != 0)
                {
                    next++;
                }
                traces.Add(Trace(first, next));
            }
            return traces;
        }

        private AttackTrace Trace(int first, int next) =>
            new(
                Whole("row_id", first),
                (int)Whole("label", first),
                Text("clean_text", first),
                Text("before", first),
                Text("after", first),
                Floats(first),
                Ids(first),
                [.. Enumerable.Range(first + 1, next - first - 1).Select(Iteration)],
                Flops(first)
            )
            {
                SpanStart = WholeNumbers.ContainsKey("token_index")
                    ? (int)Whole("token_index", first)
                    : 0,
            };

        private AttackIteration Iteration(int row) =>
            new(
                (int)Whole("iteration", row),
                Ids(row),
                Text("attack_text", row),
                Reals["loss"][row]!.Value,
                Floats(row),
                Whole("success", row) == 1,
                (int)Whole("candidates_scored", row),
                Flops(row)
            );

        private FlopCounts Flops(int row) =>
            new(
                Whole("paper_flops", row),
                Whole("published_flops", row),
                Whole("executed_flops", row),
                Whole("linear_flops", row)
            );

        private string Text(string name, int row) => Texts[name][row] ?? "";

        private long Whole(string name, int row) => WholeNumbers[name][row]!.Value;

        private int[] Ids(int row) =>
            [.. Words("attack_ids", row).Select(w => int.Parse(w, CultureInfo.InvariantCulture))];

        private float[] Floats(int row) =>
            [.. Words("logits", row).Select(w => float.Parse(w, CultureInfo.InvariantCulture))];

        private string[] Words(string name, int row) =>
            Text(name, row).Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }
}

using System.Numerics;
using Robustness.Compute;

namespace Robustness.Tests.Compute;

/// <summary>Attention by its definition, one query at a time, in any precision.</summary>
public sealed class AttentionReference
{
    public required double[] Output { get; init; }
    public required double[] LogSumExp { get; init; }
    public required double[] DQuery { get; init; }
    public required double[] DKey { get; init; }
    public required double[] DValue { get; init; }

    /// <summary>All results, computed in one precision.</summary>
    public static AttentionReference Of<TFloat>(AttentionCase of)
        where TFloat : IBinaryFloatingPointIeee754<TFloat>
    {
        var work = new Work<TFloat>(of);
        foreach (var segment in of.Segments.Items)
        {
            var (first, count) = of.Queries(segment);
            for (int i = 0; i < count; i++)
            {
                int visible = segment.CachedLength + segment.RowCount - count + i + 1;
                for (int head = 0; head < of.Heads; head++)
                {
                    work.Query(segment, first + i, head, visible);
                }
            }
        }
        return new AttentionReference
        {
            Output = Wide(work.Output),
            LogSumExp = Wide(work.LogSumExp),
            DQuery = Wide(work.DQuery),
            DKey = Wide(work.DKey),
            DValue = Wide(work.DValue),
        };
    }

    private static double[] Wide<TFloat>(TFloat[] values)
        where TFloat : IBinaryFloatingPointIeee754<TFloat> =>
        Array.ConvertAll(values, value => double.CreateChecked(value));

    private sealed class Work<TFloat>(AttentionCase of)
        where TFloat : IBinaryFloatingPointIeee754<TFloat>
    {
        public TFloat[] Output { get; } = new TFloat[of.Query.Length];
        public TFloat[] LogSumExp { get; } = new TFloat[of.Query.Length / of.Size];
        public TFloat[] DQuery { get; } = new TFloat[of.Query.Length];
        public TFloat[] DKey { get; } = new TFloat[of.Key.Length];
        public TFloat[] DValue { get; } = new TFloat[of.Value.Length];

        public void Query(Segment segment, int row, int head, int visible)
        {
            int q = (row * of.QueryWidth) + (head * of.Size);
            int column = head / (of.Heads / of.KeyHeads) * of.Size;
            var scale = TFloat.One / TFloat.Sqrt(TFloat.CreateChecked(of.Size));
            var (p, dP) = (new TFloat[visible], new TFloat[visible]);
            for (int j = 0; j < visible; j++)
            {
                p[j] = Dot(of.Query, q, of.KeyAt(segment, j), column) * scale;
                dP[j] = Dot(of.DOutput, q, of.ValueAt(segment, j), column);
            }
            var max = p.Max()!;
            var sum = TFloat.Zero;
            for (int j = 0; j < visible; j++)
            {
                p[j] = TFloat.Exp(p[j] - max);
                sum += p[j];
            }
            LogSumExp[(row * of.Heads) + head] = max + TFloat.Log(sum);
            var delta = TFloat.Zero;
            for (int j = 0; j < visible; j++)
            {
                p[j] /= sum;
                delta += p[j] * dP[j];
            }
            for (int j = 0; j < visible; j++)
            {
                Key(segment, q, j, column, p[j], p[j] * (dP[j] - delta) * scale);
            }
        }

        private void Key(Segment segment, int q, int position, int column, TFloat p, TFloat dScore)
        {
            var (keys, key) = of.KeyAt(segment, position);
            var (values, value) = of.ValueAt(segment, position);
            for (int d = 0; d < of.Size; d++)
            {
                Output[q + d] += p * TFloat.CreateChecked(values[value + column + d]);
                DQuery[q + d] += dScore * TFloat.CreateChecked(keys[key + column + d]);
                if (position >= segment.CachedLength)
                {
                    DKey[key + column + d] += dScore * TFloat.CreateChecked(of.Query[q + d]);
                    DValue[value + column + d] += p * TFloat.CreateChecked(of.DOutput[q + d]);
                }
            }
        }

        private TFloat Dot(float[] x, int at, (float[] From, int Offset) y, int column)
        {
            var sum = TFloat.Zero;
            for (int d = 0; d < of.Size; d++)
            {
                var other = TFloat.CreateChecked(y.From[y.Offset + column + d]);
                sum += TFloat.CreateChecked(x[at + d]) * other;
            }
            return sum;
        }
    }
}

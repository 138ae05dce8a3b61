using Robustness.Compute;

namespace Robustness.Backends.Cpu;

/// <summary>
/// Turns heads by their positions: (a, b) becomes (a cos - b sin, b cos + a sin), and with
/// direction -1 back. Element j of a head is a, element j + R/2 is b.
/// </summary>
internal readonly unsafe struct RotaryJob(
    Tensor x,
    Segments segments,
    RowSet rows,
    RotaryTable table,
    float direction
) : IRowJob
{
    public void Run<T>(int first, int end)
        where T : struct, ILanes<T>
    {
        foreach (ref readonly var segment in segments.Items)
        {
            int count = rows == RowSet.All ? segment.RowCount : segment.ReadCount;
            int from = rows == RowSet.All ? segment.FirstRow : segment.FirstRead;
            int position = segment.CachedLength + segment.RowCount - count - from;
            int last = Math.Min(end, from + count);
            for (int n = Math.Max(first, from); n < last; n++)
            {
                Turn<T>(x.Floats + ((long)n * x.RowStride), position + n);
            }
        }
    }

    private void Turn<T>(float* row, int position)
        where T : struct, ILanes<T>
    {
        int half = table.Cosines.Shape.Columns;
        float* cosine = table.Cosines.Floats + ((long)position * table.Cosines.RowStride);
        float* sine = table.Sines.Floats + ((long)position * table.Sines.RowStride);
        for (int head = 0; head < x.Shape.Columns; head += table.HeadSize)
        {
            // Few elements turn in a head: the narrower registers take what a wide one cannot.
            int done = Elements<T>(row + head, cosine, sine, 0, half);
            done = Elements<Lanes128>(row + head, cosine, sine, done, half);
            Elements<Lanes1>(row + head, cosine, sine, done, half);
        }
    }

    private int Elements<T>(float* a, float* cosine, float* sine, int j, int half)
        where T : struct, ILanes<T>
    {
        for (; j + T.Count <= half; j += T.Count)
        {
            var c = T.Load(cosine + j);
            var s = T.Load(sine + j) * T.Broadcast(direction);
            var u = T.Load(a + j);
            var v = T.Load(a + half + j);
            ((u * c) - (v * s)).Store(a + j);
            ((v * c) + (u * s)).Store(a + half + j);
        }
        return j;
    }
}

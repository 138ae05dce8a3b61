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
                Turn(x.Floats + ((long)n * x.RowStride), position + n);
            }
        }
    }

    private void Turn(float* row, int position)
    {
        int half = table.Cosines.Shape.Columns;
        float* cosine = table.Cosines.Floats + ((long)position * table.Cosines.RowStride);
        float* sine = table.Sines.Floats + ((long)position * table.Sines.RowStride);
        float* end = row + x.Shape.Columns;
        // Few elements turn in a head: a wide register would find no work.
        int done = 0;
        for (; done + Lanes128.Count <= half; done += Lanes128.Count)
        {
            Heads<Lanes128>(row + done, end, half, cosine + done, sine + done);
        }
        for (; done < half; done++)
        {
            Heads<Lanes1>(row + done, end, half, cosine + done, sine + done);
        }
    }

    // The same elements of every head.
    private void Heads<T>(float* a, float* end, int half, float* cosine, float* sine)
        where T : struct, ILanes<T>
    {
        int size = table.HeadSize;
        var c = T.Load(cosine);
        var s = T.Load(sine) * T.Broadcast(direction);
        for (; a < end; a += size)
        {
            var u = T.Load(a);
            var v = T.Load(a + half);
            ((u * c) - (v * s)).Store(a);
            ((v * c) + (u * s)).Store(a + half);
        }
    }
}

namespace Robustness.Backends.Cpu;

/// <summary>
/// Softmax of one row of scores: the exact maximum; exponentials; their sum as 16 partial sums
/// by absolute position mod 16 and the fixed tree.
/// </summary>
internal static unsafe class AttentionSoftmax
{
    private const int Group = RowSums.PartialCount;

    /// <summary>
    /// row becomes exp(scale · row - max) for positions 0 .. count - 1, zero up to end; returns
    /// the sum. max is the largest of scale · row. end is at least count in whole groups of 16.
    /// </summary>
    public static float Weights<T>(float* row, int count, int end, float scale, out float max)
        where T : struct, ILanes<T>
    {
        max = RowSums.Maximum<T>(row, count) * scale;
        var (wideScale, wideMax) = (T.Broadcast(scale), T.Broadcast(max));
        float* partial = stackalloc float[Group];
        int groups = AttentionInputs.Padded(count);
        int whole = count / Group * Group;
        for (int j = whole; j < groups; j += T.Count)
        {
            VectorMath.Exp((T.Load(row + j) * wideScale) - wideMax).Store(row + j);
        }
        // Zeros behind the last position change no partial sum.
        new Span<float>(row + count, end - count).Clear();
        for (int r = 0; r < Group; r += T.Count)
        {
            T sum = default;
            for (int j = r; j < whole; j += Group)
            {
                var p = VectorMath.Exp((T.Load(row + j) * wideScale) - wideMax);
                p.Store(row + j);
                sum += p;
            }
            if (whole < groups)
            {
                sum += T.Load(row + whole + r);
            }
            sum.Store(partial + r);
        }
        return RowSums.Tree(partial);
    }

    /// <summary>
    /// row becomes p = exp(scale · row - lse) and dRow becomes p · (dRow - delta) · scale for
    /// positions 0 .. count - 1; both become zero up to whole groups of 16.
    /// </summary>
    public static void Gradient<T>(
        float* row,
        float* dRow,
        int count,
        float scale,
        float lse,
        float delta
    )
        where T : struct, ILanes<T>
    {
        var (wideScale, wideLse) = (T.Broadcast(scale), T.Broadcast(lse));
        var wideDelta = T.Broadcast(delta);
        int end = AttentionInputs.Padded(count);
        for (int j = 0; j < end; j += T.Count)
        {
            var p = VectorMath.Exp((T.Load(row + j) * wideScale) - wideLse);
            p.Store(row + j);
            (p * (T.Load(dRow + j) - wideDelta) * wideScale).Store(dRow + j);
        }
        // Above the diagonal, up to what a register tile of queries computed together.
        int cleared = AttentionInputs.Padded(count + SmallProduct.TileRows) - count;
        cleared = Math.Min(cleared, AttentionInputs.TileLength - count);
        new Span<float>(row + count, cleared).Clear();
        new Span<float>(dRow + count, cleared).Clear();
    }
}

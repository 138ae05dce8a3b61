using Robustness.Compute;

namespace Robustness.Backends.Cpu;

/// <summary>
/// What one Adafactor step shares: the decay of the moments, what is new in them, ε, and the
/// scale of the gradient. u² = (scale · g)² + ε.
/// </summary>
/// <param name="Kept">β2 = 1 - t^-0.8.</param>
/// <param name="Fresh">1 - β2.</param>
/// <param name="Epsilon">Added to g².</param>
/// <param name="Scale">Multiplies g first.</param>
internal readonly record struct AdafactorMoments(
    float Kept,
    float Fresh,
    float Epsilon,
    float Scale
)
{
    /// <summary>Of one step.</summary>
    public static AdafactorMoments Of(in AdafactorStep step)
    {
        double fresh = Math.Pow(step.Step, step.DecayRate);
        return new((float)(1 - fresh), (float)fresh, step.Epsilon, step.GradientScale);
    }

    /// <summary>A moment after the step.</summary>
    public float Next(float moment, float mean) => (Kept * moment) + (Fresh * mean);
}

/// <summary>Row moments of a matrix: R = β2 R + (1 - β2) mean of u² along the row.</summary>
internal readonly unsafe struct AdafactorRowJob(
    Tensor rowMoment,
    Tensor gradient,
    AdafactorMoments moments
) : IRowJob
{
    public void Run<T>(int first, int end)
        where T : struct, ILanes<T>
    {
        int c = gradient.Shape.Columns;
        for (int r = first; r < end; r++)
        {
            float* g = gradient.Floats + ((long)r * gradient.RowStride);
            float mean = (SumOfSquares<T>(g, c) / c) + moments.Epsilon;
            rowMoment.Floats[r] = moments.Next(rowMoment.Floats[r], mean);
        }
    }

    private float SumOfSquares<T>(float* g, int c)
        where T : struct, ILanes<T>
    {
        float* partial = stackalloc float[RowSums.PartialCount];
        int whole = RowSums.Whole(c);
        var scale = T.Broadcast(moments.Scale);
        for (int j = 0; j < RowSums.PartialCount; j += T.Count)
        {
            T sum = default;
            for (int i = j; i < whole; i += RowSums.PartialCount)
            {
                var d = T.Load(g + i) * scale;
                sum = T.Fma(d, d, sum);
            }
            sum.Store(partial + j);
        }
        for (int i = whole; i < c; i++)
        {
            float d = g[i] * moments.Scale;
            partial[i - whole] = MathF.FusedMultiplyAdd(d, d, partial[i - whole]);
        }
        return RowSums.Tree(partial);
    }
}

/// <summary>
/// Column moments C of a matrix, and factors 1 / √C. Rows go in chunks of 256, blocks of columns
/// are shared out.
/// </summary>
internal readonly unsafe struct AdafactorColumnJob(
    Tensor columnMoment,
    Tensor factors,
    Tensor gradient,
    AdafactorMoments moments
) : IRowJob
{
    public void Run<T>(int first, int end)
        where T : struct, ILanes<T>
    {
        var (rows, columns) = gradient.Shape;
        int from = first * ColumnSumJob.BlockColumns;
        int to = Math.Min(columns, end * ColumnSumJob.BlockColumns);
        float* sums = factors.Floats;
        new Span<float>(sums + from, to - from).Clear();
        for (int n = 0; n < rows; n += ColumnSumJob.ChunkRows)
        {
            int last = Math.Min(rows, n + ColumnSumJob.ChunkRows);
            int done = Columns<T>(sums, n, last, from, to);
            Columns<Lanes1>(sums, n, last, done, to);
        }
        for (int c = from; c < to; c++)
        {
            float mean = (sums[c] / rows) + moments.Epsilon;
            columnMoment.Floats[c] = moments.Next(columnMoment.Floats[c], mean);
            factors.Floats[c] = 1f / MathF.Sqrt(columnMoment.Floats[c]);
        }
    }

    private int Columns<T>(float* sums, int firstRow, int endRow, int i, int end)
        where T : struct, ILanes<T>
    {
        var scale = T.Broadcast(moments.Scale);
        for (; i + T.Count <= end; i += T.Count)
        {
            T part = default;
            for (int n = firstRow; n < endRow; n++)
            {
                var d = T.Load(gradient.Floats + ((long)n * gradient.RowStride) + i) * scale;
                part = T.Fma(d, d, part);
            }
            (T.Load(sums + i) + part).Store(sums + i);
        }
        return i;
    }
}

/// <summary>
/// Sums of squares of a matrix's update, row by row, in double: u = g · row factor · column factor.
/// </summary>
internal readonly unsafe struct AdafactorSquareJob(
    Tensor squares,
    Tensor rowFactors,
    Tensor columnFactors,
    Tensor gradient,
    float scale
) : IRowJob
{
    public void Run<T>(int first, int end)
        where T : struct, ILanes<T>
    {
        float* partial = stackalloc float[RowSums.PartialCount];
        int c = gradient.Shape.Columns;
        int whole = RowSums.Whole(c);
        for (int r = first; r < end; r++)
        {
            float* g = gradient.Floats + ((long)r * gradient.RowStride);
            float factor = rowFactors.Floats[r] * scale;
            var wide = T.Broadcast(factor);
            for (int j = 0; j < RowSums.PartialCount; j += T.Count)
            {
                T sum = default;
                for (int i = j; i < whole; i += RowSums.PartialCount)
                {
                    var u = T.Load(g + i) * (T.Load(columnFactors.Floats + i) * wide);
                    sum = T.Fma(u, u, sum);
                }
                sum.Store(partial + j);
            }
            for (int i = whole; i < c; i++)
            {
                float u = g[i] * (columnFactors.Floats[i] * factor);
                partial[i - whole] = MathF.FusedMultiplyAdd(u, u, partial[i - whole]);
            }
            squares.Doubles[r] = RowSums.Tree(partial);
        }
    }
}

/// <summary>w -= rate · g · row factor · column factor, row by row.</summary>
internal readonly unsafe struct AdafactorApplyJob(
    Tensor weight,
    Tensor rowFactors,
    Tensor columnFactors,
    Tensor gradient,
    float scale,
    float rate
) : IRowJob
{
    public void Run<T>(int first, int end)
        where T : struct, ILanes<T>
    {
        for (int r = first; r < end; r++)
        {
            float* w = weight.Floats + ((long)r * weight.RowStride);
            float* g = gradient.Floats + ((long)r * gradient.RowStride);
            float factor = rowFactors.Floats[r] * scale;
            int done = Elements<T>(w, g, factor, 0);
            Elements<Lanes1>(w, g, factor, done);
        }
    }

    private int Elements<T>(float* w, float* g, float factor, int i)
        where T : struct, ILanes<T>
    {
        var (wide, wideRate) = (T.Broadcast(factor), T.Broadcast(-rate));
        for (; i + T.Count <= weight.Shape.Columns; i += T.Count)
        {
            var u = T.Load(g + i) * (T.Load(columnFactors.Floats + i) * wide);
            T.Fma(u, wideRate, T.Load(w + i)).Store(w + i);
        }
        return i;
    }
}

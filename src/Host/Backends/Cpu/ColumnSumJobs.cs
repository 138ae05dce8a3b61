using Robustness.Compute;

namespace Robustness.Backends.Cpu;

/// <summary>
/// dBias += column sums of dY. Columns are shared out in blocks, one block a row of the job; rows
/// go in chunks of 256 from the first one, whose sums are added in order.
/// </summary>
internal readonly unsafe struct ColumnSumJob(Tensor dBias, Tensor dY) : IRowJob
{
    /// <summary>
    /// Columns per block: whole registers of every width, and whole lines of memory in a row.
    /// </summary>
    public const int BlockColumns = 64;

    /// <summary>Rows whose sum is taken before it is added to the total.</summary>
    public const int ChunkRows = 256;

    /// <summary>Blocks of a matrix of that many columns.</summary>
    public static int BlockCount(int columns) => (columns + BlockColumns - 1) / BlockColumns;

    public void Run<T>(int first, int end)
        where T : struct, ILanes<T>
    {
        int from = first * BlockColumns;
        int to = Math.Min(dY.Shape.Columns, end * BlockColumns);
        for (int n = 0; n < dY.Shape.Rows; n += ChunkRows)
        {
            int last = Math.Min(dY.Shape.Rows, n + ChunkRows);
            int done = Columns<T>(n, last, from, to);
            Columns<Lanes1>(n, last, done, to);
        }
    }

    private int Columns<T>(int firstRow, int endRow, int i, int end)
        where T : struct, ILanes<T>
    {
        long stride = dY.RowStride;
        float* start = dY.Floats + (firstRow * stride);
        for (; i + (4 * T.Count) <= end; i += 4 * T.Count)
        {
            T a = default;
            T b = default;
            T c = default;
            T d = default;
            float* row = start + i;
            for (int n = firstRow; n < endRow; n++, row += stride)
            {
                a += T.Load(row);
                b += T.Load(row + T.Count);
                c += T.Load(row + (2 * T.Count));
                d += T.Load(row + (3 * T.Count));
            }
            Add(i, a);
            Add(i + T.Count, b);
            Add(i + (2 * T.Count), c);
            Add(i + (3 * T.Count), d);
        }
        for (; i + T.Count <= end; i += T.Count)
        {
            T part = default;
            float* row = start + i;
            for (int n = firstRow; n < endRow; n++, row += stride)
            {
                part += T.Load(row);
            }
            Add(i, part);
        }
        return i;
    }

    private void Add<T>(int column, T part)
        where T : struct, ILanes<T>
    {
        float* sum = dBias.Floats + column;
        (T.Load(sum) + part).Store(sum);
    }
}

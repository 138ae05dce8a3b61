using Robustness.Compute;

namespace Robustness.Backends.Cpu;

/// <summary>Rows of the table at the ids.</summary>
internal readonly unsafe struct EmbeddingForwardJob(Tensor y, Tensor ids, Tensor table) : IRowJob
{
    public void Run<T>(int first, int end)
        where T : struct, ILanes<T>
    {
        int c = table.Shape.Columns;
        bool narrow = table.Type == DataType.BFloat16;
        for (int n = first; n < end; n++)
        {
            if (narrow)
            {
                ushort* stored = table.Bf16 + ((long)ids.Ints[n] * table.RowStride);
                Bf16Lanes.Widen(y.Floats + ((long)n * y.RowStride), stored, c);
                continue;
            }
            float* from = table.Floats + ((long)ids.Ints[n] * table.RowStride);
            float* to = y.Floats + ((long)n * y.RowStride);
            new ReadOnlySpan<float>(from, c).CopyTo(new Span<float>(to, c));
        }
    }
}

/// <summary>
/// dTable += rows of dY at the ids, in row order. Threads share out the columns, one block a row
/// of the job, so that a token that occurs twice is never added to by two of them.
/// </summary>
internal readonly unsafe struct EmbeddingBackwardJob(Tensor dTable, Tensor dY, Tensor ids) : IRowJob
{
    /// <summary>Columns per block.</summary>
    public const int BlockColumns = 64;

    public void Run<T>(int first, int end)
        where T : struct, ILanes<T>
    {
        int from = first * BlockColumns;
        int to = Math.Min(dY.Shape.Columns, end * BlockColumns);
        for (int n = 0; n < dY.Shape.Rows; n++)
        {
            float* sum = dTable.Floats + ((long)ids.Ints[n] * dTable.RowStride);
            float* d = dY.Floats + ((long)n * dY.RowStride);
            int done = Elements<T>(sum, d, from, to);
            Elements<Lanes1>(sum, d, done, to);
        }
    }

    private static int Elements<T>(float* sum, float* d, int i, int end)
        where T : struct, ILanes<T>
    {
        for (; i + T.Count <= end; i += T.Count)
        {
            (T.Load(sum + i) + T.Load(d + i)).Store(sum + i);
        }
        return i;
    }
}

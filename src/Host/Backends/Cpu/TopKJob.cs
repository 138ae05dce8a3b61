using Robustness.Compute;

namespace Robustness.Backends.Cpu;

/// <summary>
/// For each attack token (a row of the job), the k ids of most negative g = dE · tableᵀ,
/// ascending, ties by lower id. The row of g lives in scratch of one token only.
/// </summary>
internal readonly unsafe struct TopKJob(
    Tensor ids,
    Tensor values,
    Tensor dEmbedding,
    Tensor table,
    Tensor banned
) : IRowJob
{
    public void Run<T>(int first, int end)
        where T : struct, ILanes<T>
    {
        int v = table.Shape.Rows;
        int k = ids.Shape.Columns;
        float[] gradients = System.Buffers.ArrayPool<float>.Shared.Rent(v);
        int[] order = System.Buffers.ArrayPool<int>.Shared.Rent(v);
        for (int a = first; a < end; a++)
        {
            int count = 0;
            float* d = dEmbedding.Floats + ((long)a * dEmbedding.RowStride);
            for (int id = 0; id < v; id++)
            {
                if (banned.Ints[id] == 0)
                {
                    float* row = table.Floats + ((long)id * table.RowStride);
                    gradients[count] = RowSums.Dot<T>(d, row, table.Shape.Columns);
                    order[count++] = id;
                }
            }
            gradients.AsSpan(0, count).Sort(order.AsSpan(0, count));
            OrderTies(gradients.AsSpan(0, count), order.AsSpan(0, count));
            for (int j = 0; j < k; j++)
            {
                ids.Ints[((long)a * ids.RowStride) + j] = order[j];
                if (!values.IsNone)
                {
                    values.Floats[((long)a * values.RowStride) + j] = gradients[j];
                }
            }
        }
        System.Buffers.ArrayPool<float>.Shared.Return(gradients);
        System.Buffers.ArrayPool<int>.Shared.Return(order);
    }

    private static void OrderTies(ReadOnlySpan<float> keys, Span<int> items)
    {
        for (int start = 0; start < keys.Length; )
        {
            int end = start + 1;
            while (end < keys.Length && keys[end] == keys[start])
            {
                end++;
            }
            if (end - start > 1)
            {
                items[start..end].Sort();
            }
            start = end;
        }
    }
}

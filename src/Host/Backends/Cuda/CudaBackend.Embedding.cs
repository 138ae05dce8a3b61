using System.Numerics;
using Robustness.Compute;
using Robustness.Interop;

namespace Robustness.Backends.Cuda;

/// <summary>Token embedding; its gradient goes over the rows in the order of their ids.</summary>
public sealed partial class CudaBackend
{
    private const int DigitBits = 8;
    private const int Digits = 1 << DigitBits;
    private const int SortRows = 2048;

    /// <inheritdoc/>
    public void EmbeddingForward(Tensor y, Tensor ids, Tensor table)
    {
        var (n, c) = y.Shape;
        y.Shape.MustBe(new Shape(ids.Shape.Columns, table.Shape.Columns));
        DataTypes.MustBe(table.Type, DataType.Float32);
        MustHaveNoGaps([y, table]);
        LaunchRows("embedding_forward", n, y, ids, table, n, c);
    }

    /// <inheritdoc/>
    public void EmbeddingBackward(Tensor dTable, Tensor dY, Tensor ids)
    {
        var (n, c) = dY.Shape;
        dY.Shape.MustBe(new Shape(ids.Shape.Columns, dTable.Shape.Columns));
        MustHaveNoGaps([dTable, dY]);
        var (sortedIds, sortedRows) = SortRowsById(ids, n, dTable.Shape.Rows);
        var grid = new Dim3((uint)n, Blocks(c, RowThreads));
        Launch("embedding_backward", grid, RowThreads, dTable, dY, sortedIds, sortedRows, n, c);
    }

    /// <summary>
    /// Ids in ascending order and their rows, equal ids in the order of the rows.
    /// </summary>
    private (CUdeviceptr Ids, CUdeviceptr Rows) SortRowsById(Tensor ids, int n, int vocabulary)
    {
        int chunks = (n + SortRows - 1) / SortRows;
        ulong column = sizeof(int) * (ulong)n;
        CUdeviceptr free = Scratch((4L * n) + ((long)chunks * Digits));
        CUdeviceptr counts = free + (4 * column);
        var (fromIds, fromRows) = (AddressOf(ids), default(CUdeviceptr));
        int bits = Math.Max(1, 32 - BitOperations.LeadingZeroCount((uint)vocabulary - 1));
        for (int shift = 0; shift < bits; shift += DigitBits)
        {
            // A pass reads the pair of columns that the one before it wrote.
            CUdeviceptr toIds = free + ((ulong)(shift / DigitBits % 2) * 2 * column);
            CUdeviceptr toRows = toIds + column;
            var grid = new Dim3((uint)chunks);
            Launch("sort_count", grid, Digits, counts, fromIds, n, shift);
            Launch("sort_offsets", new Dim3(1), Digits, counts, chunks);
            Launch(
                "sort_scatter",
                grid,
                Digits,
                toIds,
                toRows,
                fromIds,
                fromRows,
                counts,
                n,
                shift
            );
            (fromIds, fromRows) = (toIds, toRows);
        }
        return (fromIds, fromRows);
    }
}

using Robustness.Compute;

namespace Robustness.Backends.Cpu;

/// <summary>
/// Lays out B for the micro-kernels: panels of two registers' columns, [panel][k][columns];
/// the last panel may be one register wide; missing columns are zero.
/// </summary>
internal static unsafe class GemmPacking
{
    /// <summary>Packs B [K, N], or Bᵀ from [N, K].</summary>
    public static void Pack(float* packed, Tensor b, bool transposed, int n, int k, int lanes)
    {
        int panel = 2 * lanes;
        for (int column = 0; column < n; column += panel)
        {
            int columns = Math.Min(panel, n - column);
            int width = columns > lanes ? panel : lanes;
            if (transposed)
            {
                PackTransposed(packed, b, column, columns, width, k);
            }
            else
            {
                PackRows(packed, b, column, columns, width, k);
            }
            packed += (long)width * k;
        }
    }

    private static void PackRows(float* packed, Tensor b, int column, int columns, int width, int k)
    {
        for (int i = 0; i < k; i++)
        {
            var row = new Span<float>(packed + ((long)i * width), width);
            new ReadOnlySpan<float>(b.Floats + ((long)i * b.RowStride) + column, columns).CopyTo(
                row
            );
            row[columns..].Clear();
        }
    }

    private static void PackTransposed(
        float* packed,
        Tensor b,
        int column,
        int columns,
        int width,
        int k
    )
    {
        for (int j = 0; j < width; j++)
        {
            float* to = packed + j;
            if (j >= columns)
            {
                for (int i = 0; i < k; i++, to += width)
                {
                    *to = 0;
                }
                continue;
            }
            float* from = b.Floats + ((long)(column + j) * b.RowStride);
            for (int i = 0; i < k; i++, to += width)
            {
                *to = from[i];
            }
        }
    }
}

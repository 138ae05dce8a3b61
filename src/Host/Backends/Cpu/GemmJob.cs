using System.Runtime.CompilerServices;
using Robustness.Compute;

namespace Robustness.Backends.Cpu;

/// <summary>
/// One matrix product against a packed B: C tiles are computed whole, never shared between
/// parts, so the bits do not depend on the number of threads.
/// </summary>
internal unsafe struct GemmJob
{
    /// <summary>Terms per pass over a B panel, so that the panel stays in cache.</summary>
    private const int BlockK = 256;

    private const int MaxTile = GemmKernel.TileRows * 2 * 16;

    public float* A;
    public float* B;
    public float* C;
    public nint RowStride;
    public nint KStride;
    public nint CStride;
    public int N;
    public int K;
    public GemmEpilogue Epilogue;

    /// <summary>Floats of a packed B: whole panels of two registers, the last of one or two.</summary>
    public static long PackedCount(int n, int k, int lanes) => (long)PaddedColumns(n, lanes) * k;

    /// <summary>Rows firstRow .. endRow - 1, panels firstPanel .. endPanel - 1.</summary>
    public readonly void Run<T>(int firstRow, int endRow, int firstPanel, int endPanel)
        where T : struct, ILanes<T>
    {
        int panel = 2 * T.Count;
        // A residual that is C itself must still be whole when it is added: one pass over k.
        int block = Epilogue.Residual.IsNone ? BlockK : K;
        for (int p = firstPanel; p < endPanel; p++)
        {
            int column = p * panel;
            int columns = Math.Min(panel, N - column);
            int width = columns > T.Count ? panel : T.Count;
            float* b = B + ((long)column * K);
            for (int k = 0; k < K || k == 0; k += block)
            {
                int terms = Math.Min(block, K - k);
                var pass = new Pass(k, terms, k > 0 || Epilogue.Accumulate, k + terms == K);
                Panel<T>(firstRow, endRow, column, columns, b + ((long)k * width), pass);
                if (K == 0)
                {
                    break;
                }
            }
        }
    }

    private readonly record struct Pass(int First, int Terms, bool Accumulate, bool Last);

    private readonly void Panel<T>(
        int firstRow,
        int endRow,
        int column,
        int columns,
        float* b,
        Pass pass
    )
        where T : struct, ILanes<T>
    {
        bool wide = columns > T.Count;
        int width = wide ? 2 * T.Count : T.Count;
        bool direct = columns == width && Epilogue.Residual.IsNone;
        float* scratch = stackalloc float[MaxTile];
        for (int row = firstRow; row < endRow; )
        {
            int rows = endRow - row >= GemmKernel.TileRows ? GemmKernel.TileRows : 1;
            float* c = C + (row * CStride) + column;
            float* a = A + (row * RowStride) + (pass.First * KStride);
            float* tile = direct ? c : scratch;
            nint stride = direct ? CStride : width;
            if (!direct && pass.Accumulate)
            {
                CopyTile(tile, width, c, CStride, rows, columns);
            }
            if (rows == 1)
            {
                if (wide)
                {
                    GemmKernel.Tile1x2<T>(tile, a, KStride, b, pass.Terms, pass.Accumulate);
                }
                else
                {
                    GemmKernel.Tile1x1<T>(tile, a, KStride, b, pass.Terms, pass.Accumulate);
                }
            }
            else if (wide)
            {
                GemmKernel.Tile6x2<T>(
                    tile,
                    stride,
                    a,
                    RowStride,
                    KStride,
                    b,
                    pass.Terms,
                    pass.Accumulate
                );
            }
            else
            {
                GemmKernel.Tile6x1<T>(
                    tile,
                    stride,
                    a,
                    RowStride,
                    KStride,
                    b,
                    pass.Terms,
                    pass.Accumulate
                );
            }
            Finish<T>(tile, stride, row, column, rows, columns, pass.Last, direct);
            row += rows;
        }
    }

    private readonly void Finish<T>(
        float* tile,
        nint stride,
        int row,
        int column,
        int rows,
        int columns,
        bool last,
        bool direct
    )
        where T : struct, ILanes<T>
    {
        if (last && !Epilogue.Accumulate)
        {
            for (int i = 0; i < rows; i++)
            {
                int done = FinishRow<T>(tile + (i * stride), row + i, column, 0, columns);
                FinishRow<Lanes1>(tile + (i * stride), row + i, column, done, columns);
            }
        }
        if (!direct)
        {
            CopyTile(C + (row * CStride) + column, CStride, tile, stride, rows, columns);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly int FinishRow<T>(float* tile, int row, int column, int from, int columns)
        where T : struct, ILanes<T>
    {
        float* bias = Epilogue.Bias.IsNone ? null : Epilogue.Bias.Floats + column;
        float* keep = RowOf(Epilogue.PreActivation, row, column);
        float* residual = RowOf(Epilogue.Residual, row, column);
        if (bias == null && !Epilogue.Gelu && residual == null && keep == null)
        {
            return columns;
        }
        int j = from;
        for (; j + T.Count <= columns; j += T.Count)
        {
            var x = T.Load(tile + j);
            if (bias != null)
            {
                x += T.Load(bias + j);
            }
            if (keep != null)
            {
                x.Store(keep + j);
            }
            if (Epilogue.Gelu)
            {
                x = VectorMath.Gelu(x);
            }
            if (residual != null)
            {
                x += T.Load(residual + j);
            }
            x.Store(tile + j);
        }
        return j;
    }

    private static float* RowOf(Tensor tensor, int row, int column) =>
        tensor.IsNone ? null : tensor.Floats + ((long)row * tensor.RowStride) + column;

    private static int PaddedColumns(int n, int lanes)
    {
        int panel = 2 * lanes;
        int whole = n / panel * panel;
        int rest = n - whole;
        return whole
            + (
                rest == 0 ? 0
                : rest <= lanes ? lanes
                : panel
            );
    }

    private static void CopyTile(
        float* to,
        nint toStride,
        float* from,
        nint fromStride,
        int rows,
        int columns
    )
    {
        for (int i = 0; i < rows; i++)
        {
            new ReadOnlySpan<float>(from + (i * fromStride), columns).CopyTo(
                new Span<float>(to + (i * toStride), columns)
            );
        }
    }
}

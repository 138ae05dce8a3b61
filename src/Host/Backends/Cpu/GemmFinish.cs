using System.Runtime.CompilerServices;

namespace Robustness.Backends.Cpu;

/// <summary>
/// What happens between a tile of sums and C: bias, pre-activation, GELU, residual, and the
/// columns that fill no register.
/// </summary>
/// <typeparam name="T">The register type.</typeparam>
internal static unsafe class GemmFinish<T>
    where T : struct, ILanes<T>
{
    /// <summary>Copies C [M, N] of the job to the tile.</summary>
    public static void Fetch(float* tile, int tileRow, in GemmJob job)
    {
        for (int m = 0; m < job.M; m++)
        {
            float* c = job.C + (m * job.CRow);
            for (int n = 0; n < job.N; n++)
            {
                tile[((nint)m * tileRow) + n] = c[n];
            }
        }
    }

    /// <summary>C [M, N] of the job = epilogue(tile).</summary>
    public static void Store(float* tile, int tileRow, in GemmJob job)
    {
        for (int m = 0; m < job.M; m++)
        {
            float* sums = tile + ((nint)m * tileRow);
            var row = job.Rows(m, 1);
            int n = 0;
            for (; n + T.Count <= job.N; n += T.Count)
            {
                StoreLanes<T>(sums, row, n);
            }
            for (; n < job.N; n++)
            {
                StoreLanes<Lanes1>(sums, row, n);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreLanes<TLanes>(float* sums, in GemmJob row, int n)
        where TLanes : struct, ILanes<TLanes>
    {
        var value = TLanes.Load(sums + n);
        if (row.Bias != null)
        {
            value += TLanes.Load(row.Bias + n);
        }
        if (row.PreActivation != null)
        {
            value.Store(row.PreActivation + n);
        }
        if (row.Gelu)
        {
            value = VectorMath.Gelu(value);
        }
        if (row.Residual != null)
        {
            value += TLanes.Load(row.Residual + n);
        }
        value.Store(row.C + n);
    }
}

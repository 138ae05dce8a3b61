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
    public static void Store(float* tile, int tileRow, in GemmJob job) =>
        Rows(new Source(tile, tileRow, job.Bias, job.PreActivation), job);

    /// <summary>
    /// C [M, N] of the job from A·B + bias, which already lies in its pre-activation, or else in C.
    /// </summary>
    public static void Activate(in GemmJob job) =>
        Rows(
            job.PreActivation == null
                ? new Source(job.C, job.CRow, null, null)
                : new Source(job.PreActivation, job.PreActivationRow, null, null),
            job
        );

    private static void Rows(Source source, in GemmJob job)
    {
        float* c = job.C;
        float* residual = job.Residual;
        for (int m = 0; m < job.M; m++)
        {
            int n = 0;
            for (; n + T.Count <= job.N; n += T.Count)
            {
                Lanes<T>(source, job.Gelu, residual, c, n);
            }
            for (; n < job.N; n++)
            {
                Lanes<Lanes1>(source, job.Gelu, residual, c, n);
            }
            c += job.CRow;
            residual += residual == null ? 0 : job.ResidualRow;
            source.Sums += source.Row;
            source.Kept += source.Kept == null ? 0 : job.PreActivationRow;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Lanes<TLanes>(in Source source, bool gelu, float* residual, float* c, int n)
        where TLanes : struct, ILanes<TLanes>
    {
        var value = TLanes.Load(source.Sums + n);
        if (source.Bias != null)
        {
            value += TLanes.Load(source.Bias + n);
        }
        if (source.Kept != null)
        {
            value.Store(source.Kept + n);
        }
        if (gelu)
        {
            value = VectorMath.Gelu(value);
        }
        if (residual != null)
        {
            value += TLanes.Load(residual + n);
        }
        value.Store(c + n);
    }

    /// <summary>Sums, what is still to be added to them, and where the result is kept.</summary>
    private struct Source(float* sums, nint row, float* bias, float* kept)
    {
        public float* Sums = sums;
        public readonly nint Row = row;
        public readonly float* Bias = bias;
        public float* Kept = kept;
    }
}

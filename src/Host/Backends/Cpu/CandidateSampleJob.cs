using Robustness.Compute;
using Robustness.Numerics;

namespace Robustness.Backends.Cpu;

/// <summary>Draws without replacement from each row id's own stream.</summary>
/// <param name="chosen">[B, S] (i32).</param>
/// <param name="rowIds">[2B] (i32): the 64-bit ids.</param>
/// <param name="poolSize">Pairs to draw from.</param>
/// <param name="key">The stream.</param>
/// <param name="t">Iteration.</param>
internal readonly unsafe struct CandidateSampleJob(
    Tensor chosen,
    Tensor rowIds,
    int poolSize,
    StreamKey key,
    uint t
) : IRowJob
{
    public void Run<T>(int first, int end)
        where T : struct, ILanes<T>
    {
        for (int b = first; b < end; b++)
        {
            int* to = chosen.Ints + ((long)b * chosen.RowStride);
            ulong row = ((ulong*)rowIds.Ints)[b];
            var drawn = new Span<int>(to, chosen.Shape.Columns);
            Sampling.WithoutReplacement(key, t, row, poolSize, drawn);
        }
    }
}

using System.Runtime.Intrinsics;
using Robustness.Compute;

namespace Robustness.Backends.Cpu;

/// <summary>
/// Σ x² of every block of 4096 elements, in double: 16 partial sums and their tree. A product of
/// two singles is exact in double, so only the additions round.
/// </summary>
internal readonly unsafe struct SquareSumJob(Tensor sums, Tensor x) : IRowJob
{
    /// <summary>Elements of one block.</summary>
    public const int BlockLength = 4096;

    private const int Quarter = 4;

    /// <summary>Blocks of that many elements.</summary>
    public static int BlockCount(long elements) =>
        checked((int)((elements + BlockLength - 1) / BlockLength));

    public void Run<T>(int first, int end)
        where T : struct, ILanes<T>
    {
        for (int block = first; block < end; block++)
        {
            long from = (long)block * BlockLength;
            int length = (int)Math.Min(BlockLength, x.Count - from);
            sums.Doubles[block] = Sum(x.Floats + from, length);
        }
    }

    private static double Sum(float* x, int n)
    {
        double* partial = stackalloc double[RowSums.PartialCount];
        var (a, b) = (Vector256<double>.Zero, Vector256<double>.Zero);
        var (c, d) = (a, b);
        int whole = RowSums.Whole(n);
        for (int i = 0; i < whole; i += RowSums.PartialCount)
        {
            var (first, second) = Vector256.Widen(Vector256.Load(x + i));
            var (third, fourth) = Vector256.Widen(Vector256.Load(x + i + (2 * Quarter)));
            a += first * first;
            b += second * second;
            c += third * third;
            d += fourth * fourth;
        }
        a.Store(partial);
        b.Store(partial + Quarter);
        c.Store(partial + (2 * Quarter));
        d.Store(partial + (3 * Quarter));
        for (int i = whole; i < n; i++)
        {
            partial[i - whole] += (double)x[i] * x[i];
        }
        for (int half = RowSums.PartialCount / 2; half > 0; half /= 2)
        {
            for (int j = 0; j < half; j++)
            {
                partial[j] += partial[j + half];
            }
        }
        return partial[0];
    }
}

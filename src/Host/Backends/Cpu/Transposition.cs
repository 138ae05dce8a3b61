using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Robustness.Backends.Cpu;

/// <summary>
/// Copies a small matrix transposed, in blocks of 4 by 4 where the processor can.
/// </summary>
internal static unsafe class Transposition
{
    /// <summary>
    /// to [columns, padded] = from [rows, columns] transposed, zero from rows on.
    /// </summary>
    public static void Copy(
        in StridedMatrix to,
        in StridedMatrix from,
        int rows,
        int columns,
        int padded
    )
    {
        int wholeRows = Sse.IsSupported ? padded / 4 * 4 : 0;
        int wholeColumns = Sse.IsSupported ? columns / 4 * 4 : 0;
        for (int i = 0; i < wholeRows; i += 4)
        {
            for (int j = 0; j < wholeColumns; j += 4)
            {
                Block(to.Row(j).Column(i), from.Row(i).Column(j), rows - i);
            }
        }
        Elements(to, from, rows, (wholeRows, padded), (0, wholeColumns));
        Elements(to, from, rows, (0, padded), (wholeColumns, columns));
    }

    private static void Elements(
        in StridedMatrix to,
        in StridedMatrix from,
        int rows,
        (int First, int End) i,
        (int First, int End) j
    )
    {
        for (int column = j.First; column < j.End; column++)
        {
            float* line = to.Row(column).Address;
            for (int row = i.First; row < i.End; row++)
            {
                line[row] = row < rows ? from.Row(row).Address[column] : 0;
            }
        }
    }

    private static void Block(in StridedMatrix to, in StridedMatrix from, int rows)
    {
        var zero = Vector128<float>.Zero;
        var r0 = rows > 0 ? Vector128.Load(from.Address) : zero;
        var r1 = rows > 1 ? Vector128.Load(from.Address + from.Stride) : zero;
        var r2 = rows > 2 ? Vector128.Load(from.Address + (2 * from.Stride)) : zero;
        var r3 = rows > 3 ? Vector128.Load(from.Address + (3 * from.Stride)) : zero;
        var low01 = Sse.UnpackLow(r0, r1);
        var high01 = Sse.UnpackHigh(r0, r1);
        var low23 = Sse.UnpackLow(r2, r3);
        var high23 = Sse.UnpackHigh(r2, r3);
        Sse.MoveLowToHigh(low01, low23).Store(to.Address);
        Sse.MoveHighToLow(low23, low01).Store(to.Address + to.Stride);
        Sse.MoveLowToHigh(high01, high23).Store(to.Address + (2 * to.Stride));
        Sse.MoveHighToLow(high23, high01).Store(to.Address + (3 * to.Stride));
    }
}

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
        int wholeRows = Sse.IsSupported ? rows / 4 * 4 : 0;
        int wholeColumns = Sse.IsSupported ? columns / 4 * 4 : 0;
        for (int i = 0; i < wholeRows; i += 4)
        {
            for (int j = 0; j < wholeColumns; j += 4)
            {
                Block(to.Row(j).Column(i), from.Row(i).Column(j));
            }
        }
        Elements(to, from, wholeRows, rows, 0, wholeColumns);
        Elements(to, from, 0, rows, wholeColumns, columns);
        for (int j = 0; j < columns; j++)
        {
            new Span<float>(to.Row(j).Address + rows, padded - rows).Clear();
        }
    }

    private static void Elements(
        in StridedMatrix to,
        in StridedMatrix from,
        int firstRow,
        int endRow,
        int firstColumn,
        int endColumn
    )
    {
        for (int i = firstRow; i < endRow; i++)
        {
            float* row = from.Row(i).Address;
            for (int j = firstColumn; j < endColumn; j++)
            {
                to.Row(j).Address[i] = row[j];
            }
        }
    }

    private static void Block(in StridedMatrix to, in StridedMatrix from)
    {
        var r0 = Vector128.Load(from.Address);
        var r1 = Vector128.Load(from.Address + from.Stride);
        var r2 = Vector128.Load(from.Address + (2 * from.Stride));
        var r3 = Vector128.Load(from.Address + (3 * from.Stride));
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

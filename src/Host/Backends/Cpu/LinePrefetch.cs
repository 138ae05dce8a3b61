using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Robustness.Backends.Cpu;

/// <summary>
/// Fetches the matrices that the next piece of work will touch into the second cache, a few lines
/// at a time between the products of this one: a processor drops what is asked for in one burst.
/// </summary>
internal unsafe struct LinePrefetch
{
    private const int MostMatrices = 8;
    private const int LineFloats = 16;

    /// <summary>Lines asked for at a time: about what one core has in flight.</summary>
    private const int Batch = 16;

    private Matrices _matrices;
    private int _count;
    private int _current;
    private int _row;

    /// <summary>Forgets what was noted.</summary>
    public void Clear() => (_count, _current, _row) = (0, 0, 0);

    /// <summary>Notes a matrix of at most <see cref="MostMatrices"/>.</summary>
    public void Add(StridedMatrix matrix, int rows, int columns)
    {
        if (rows > 0 && columns > 0)
        {
            _matrices[_count++] = new Noted(matrix, rows, columns);
        }
    }

    /// <summary>Asks for the next few lines, if any are left.</summary>
    public void Next()
    {
        if (!Sse.IsSupported)
        {
            return;
        }
        for (int lines = Batch; lines > 0 && _current < _count; )
        {
            ref readonly var noted = ref _matrices[_current];
            float* row = noted.Matrix.Row(_row).Address;
            for (int j = 0; j < noted.Columns; j += LineFloats)
            {
                Sse.Prefetch1(row + j);
                lines--;
            }
            if (++_row == noted.Rows)
            {
                (_current, _row) = (_current + 1, 0);
            }
        }
    }

    private readonly record struct Noted(StridedMatrix Matrix, int Rows, int Columns);

    [InlineArray(MostMatrices)]
    private struct Matrices
    {
        private Noted _first;
    }
}

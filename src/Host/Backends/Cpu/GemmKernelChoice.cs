namespace Robustness.Backends.Cpu;

/// <summary>Which inner loop takes a tile.</summary>
internal static unsafe partial class GemmKernels<T>
{
    /// <summary>Rows of the next tile when remaining rows are left.</summary>
    /// <param name="remaining">At least 1.</param>
    /// <param name="limit">12 or 6: what the registers hold.</param>
    public static int RowsOfTile(int remaining, int limit) =>
        remaining >= limit ? limit
        : remaining >= 6 ? 6
        : remaining >= 4 ? 4
        : remaining >= 2 ? 2
        : 1;

    /// <summary>Computes one tile.</summary>
    /// <param name="tile">Operands.</param>
    /// <param name="rows">12, 6, 4, 2 or 1.</param>
    /// <param name="wide">Two registers of columns, else one.</param>
    public static void Run(in GemmTile tile, int rows, bool wide)
    {
        switch (rows, wide)
        {
            case (12, true):
                Wide12(tile);
                break;
            case (6, true):
                Wide6(tile);
                break;
            case (4, true):
                Wide4(tile);
                break;
            case (2, true):
                Wide2(tile);
                break;
            case (_, true):
                Wide1(tile);
                break;
            case (12, _):
                Narrow12(tile);
                break;
            case (6, _):
                Narrow6(tile);
                break;
            case (4, _):
                Narrow4(tile);
                break;
            case (2, _):
                Narrow2(tile);
                break;
            default:
                Narrow1(tile);
                break;
        }
    }
}

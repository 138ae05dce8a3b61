using Robustness.Compute;

namespace Robustness.Cli;

/// <summary>How fast one thread is on products of the sizes that tiny models make.</summary>
internal static class Calibration
{
    private const int Rows = 1024;
    private const int Width = 64;
    private static readonly TimeSpan s_duration = TimeSpan.FromSeconds(1);

    /// <summary>FLOP/s of one thread, measured for about a second.</summary>
    public static double FlopsPerSecond()
    {
        var time = TimeProvider.System;
        using var backend = BackendFactory.Create(1);
        using var arena = new Arena(backend, 1 << 22);
        var a = arena.Allocate(new Shape(Rows, Width), DataType.Float32);
        var b = arena.Allocate(new Shape(4 * Width, Width), DataType.Float32);
        var c = arena.Allocate(new Shape(Rows, 4 * Width), DataType.Float32);
        backend.Clear(a);
        backend.Clear(b);
        long begun = time.GetTimestamp();
        long flops = 0;
        while (time.GetElapsedTime(begun) < s_duration)
        {
            backend.Gemm(c, a, b, GemmLayout.NT, default);
            flops += KernelCost.Gemm(Rows, 4 * Width, Width, default).Flops;
        }
        return flops / time.GetElapsedTime(begun).TotalSeconds;
    }
}

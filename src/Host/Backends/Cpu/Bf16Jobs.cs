using Robustness.Compute;
using Robustness.Numerics;

namespace Robustness.Backends.Cpu;

/// <summary>y (bf16) = x (f32), row by row.</summary>
internal readonly unsafe struct Bf16RoundJob(Tensor y, Tensor x) : IRowJob
{
    public void Run<T>(int first, int end)
        where T : struct, ILanes<T>
    {
        for (int n = first; n < end; n++)
        {
            ushort* to = (ushort*)y.Address + ((long)n * y.RowStride);
            float* from = x.Floats + ((long)n * x.RowStride);
            for (int i = 0; i < x.Shape.Columns; i++)
            {
                to[i] = BFloat16.FromSingle(from[i]).Bits;
            }
        }
    }
}

/// <summary>y (f32) = x (bf16), row by row.</summary>
internal readonly unsafe struct Bf16WidenJob(Tensor y, Tensor x) : IRowJob
{
    public void Run<T>(int first, int end)
        where T : struct, ILanes<T>
    {
        for (int n = first; n < end; n++)
        {
            float* to = y.Floats + ((long)n * y.RowStride);
            ushort* from = (ushort*)x.Address + ((long)n * x.RowStride);
            for (int i = 0; i < x.Shape.Columns; i++)
            {
                to[i] = new BFloat16(from[i]).ToSingle();
            }
        }
    }
}

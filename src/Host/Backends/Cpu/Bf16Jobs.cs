using Robustness.Compute;

namespace Robustness.Backends.Cpu;

/// <summary>y (bf16) = x (f32), row by row.</summary>
internal readonly unsafe struct Bf16RoundJob(Tensor y, Tensor x) : IRowJob
{
    public void Run<T>(int first, int end)
        where T : struct, ILanes<T>
    {
        for (int n = first; n < end; n++)
        {
            ushort* to = y.Bf16 + ((long)n * y.RowStride);
            float* from = x.Floats + ((long)n * x.RowStride);
            Bf16Lanes.Narrow(to, from, x.Shape.Columns);
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
            ushort* from = x.Bf16 + ((long)n * x.RowStride);
            Bf16Lanes.Widen(to, from, x.Shape.Columns);
        }
    }
}

/// <summary>y (f32) = x (f32) rounded to bf16, row by row; may be in place.</summary>
internal readonly unsafe struct Bf16OperandJob(Tensor y, Tensor x) : IRowJob
{
    public void Run<T>(int first, int end)
        where T : struct, ILanes<T>
    {
        for (int n = first; n < end; n++)
        {
            float* to = y.Floats + ((long)n * y.RowStride);
            float* from = x.Floats + ((long)n * x.RowStride);
            Bf16Lanes.Round(to, from, x.Shape.Columns);
        }
    }
}

using System.Runtime.Intrinsics;

namespace Robustness.Emulator;

/// <summary>How a register of a matrix fragment holds elements.</summary>
internal interface IMatrixElement
{
    /// <summary>Elements in 32 bits.</summary>
    static abstract int PerRegister { get; }

    static abstract float Of(uint word, int index);
}

internal readonly struct BFloatElement : IMatrixElement
{
    public static int PerRegister => 2;

    public static float Of(uint word, int index) =>
        BitConverter.UInt32BitsToSingle(index == 0 ? word << 16 : word & 0xFFFF0000);
}

internal readonly struct HalfElement : IMatrixElement
{
    public static int PerRegister => 2;

    public static float Of(uint word, int index) =>
        (float)BitConverter.UInt16BitsToHalf((ushort)(word >> (16 * index)));
}

/// <summary>tf32: the low 13 bits do not count.</summary>
internal readonly struct TensorElement : IMatrixElement
{
    public static int PerRegister => 1;

    public static float Of(uint word, int index) =>
        BitConverter.UInt32BitsToSingle(word & ~0x1FFFu);
}

/// <summary>
/// D = A B + C of one warp, A [16, K], B [K, 8]: f32 accumulators, exact products, k ascending with
/// one fused rounding a step; f16 results round once at the end. In a fragment lane l holds row
/// l / 4 (and 8 further down), columns from l % 4.
/// </summary>
internal static unsafe class MatrixOps
{
    public const int D = 0;
    public const int A = 4;
    public const int B = 9;
    public const int C = 12;

    public static void Single<TElement>(Warp warp, Op* op, uint mask)
        where TElement : IMatrixElement
    {
        float* a = stackalloc float[16 * 16];
        float* b = stackalloc float[16 * 8];
        float* c = stackalloc float[16 * 8];
        int per = TElement.PerRegister;
        int depth = 2 * op->Mode * per;
        for (int register = 0; register < op->Mode; register++)
        {
            uint* words = (uint*)(warp.R + op->X[A + register]);
            for (int lane = 0; lane < 32; lane++)
            {
                int row = (lane >> 2) + (8 * (register & 1));
                int column = ((register >> 1) * 4 * per) + ((lane & 3) * per);
                for (int i = 0; i < per; i++)
                {
                    a[(row * depth) + column + i] = TElement.Of(words[lane], i);
                }
            }
        }
        for (int register = 0; register < op->Mode / 2; register++)
        {
            uint* words = (uint*)(warp.R + op->X[B + register]);
            for (int lane = 0; lane < 32; lane++)
            {
                int row = (register * 4 * per) + ((lane & 3) * per);
                for (int i = 0; i < per; i++)
                {
                    b[((row + i) * 8) + (lane >> 2)] = TElement.Of(words[lane], i);
                }
            }
        }
        ReadSum(warp, op, c);
        for (int row = 0; row < 16; row++)
        {
            Vector256<float> sum = Vector256.Load(c + (8 * row));
            for (int k = 0; k < depth; k++)
            {
                Vector256<float> factor = Vector256.Create(a[(row * depth) + k]);
                sum = Vector256.FusedMultiplyAdd(factor, Vector256.Load(b + (8 * k)), sum);
            }
            Quiet.Of(sum).Store(c + (8 * row));
        }
        WriteSum(warp, op, c, mask);
    }

    private static void ReadSum(Warp warp, Op* op, float* c)
    {
        bool half = op->Type == PtxType.F16;
        for (int i = 0; i < 4; i++)
        {
            uint* words = (uint*)(warp.R + op->X[C + (half ? i >> 1 : i)]);
            for (int lane = 0; lane < 32; lane++)
            {
                c[Place(lane, i)] = half
                    ? HalfElement.Of(words[lane], i & 1)
                    : BitConverter.UInt32BitsToSingle(words[lane]);
            }
        }
    }

    private static void WriteSum(Warp warp, Op* op, float* c, uint mask)
    {
        bool half = op->Type == PtxType.F16;
        for (int i = 0; i < (half ? 2 : 4); i++)
        {
            uint* words = (uint*)(warp.R + op->X[D + i]);
            for (int lane = 0; lane < 32; lane++)
            {
                if ((mask >> lane & 1) == 0)
                {
                    continue;
                }
                words[lane] = half
                    ? Narrow(c[Place(lane, 2 * i)]) | (Narrow(c[Place(lane, (2 * i) + 1)]) << 16)
                    : BitConverter.SingleToUInt32Bits(c[Place(lane, i)]);
            }
        }
    }

    private static uint Narrow(float value) => SmallFloats.ToHalf(value, RoundingMode.Nearest);

    /// <summary>Index in a [16, 8] tile of a lane's nth accumulator.</summary>
    private static int Place(int lane, int i) =>
        (((lane >> 2) + (8 * (i >> 1))) * 8) + ((lane & 3) * 2) + (i & 1);
}

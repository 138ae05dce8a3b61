using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Robustness.Emulator;

/// <summary>
/// Products of fragments of any shape: floats in f32 or f64 with one fused rounding a step, k
/// ascending; integers exact; single bits by counting.
/// </summary>
internal static unsafe class FragmentOps
{
    /// <summary>Bytes of the largest matrix that moves, and a word behind it.</summary>
    private const int TileBytes = 1024 + 8;

    [SkipLocalsInit]
    public static void Multiply(Warp warp, Op* op, uint mask)
    {
        FragmentProduct product = warp.Runner.Kernel.Products[op->Target];
        ulong* a = stackalloc ulong[product.A.Count];
        ulong* b = stackalloc ulong[product.B.Count];
        ulong* c = stackalloc ulong[product.C.Count];
        product.A.Read(warp.R, a);
        product.B.Read(warp.R, b);
        product.C.Read(warp.R, c);
        switch (product.A.Type)
        {
            case PtxType.F64:
                Doubles(product, (double*)a, (double*)b, (double*)c);
                break;
            case PtxType.F16 or PtxType.BF16 or PtxType.TF32:
                Singles(product, a, b, c);
                break;
            default:
                Integers(product, a, b, c);
                break;
        }
        product.D.Write(warp.R, c, mask);
    }

    private static void Doubles(FragmentProduct product, double* a, double* b, double* c)
    {
        (int rows, int columns, int depth) = Shape(product);
        for (int i = 0; i < rows * columns; i++)
        {
            int row = i / columns;
            for (int k = 0; k < depth; k++)
            {
                double factor = b[(k * columns) + (i % columns)];
                c[i] = Math.FusedMultiplyAdd(a[(row * depth) + k], factor, c[i]);
            }
            c[i] = Quiet.Of(c[i]);
        }
    }

    [SkipLocalsInit]
    private static void Singles(FragmentProduct product, ulong* a, ulong* b, ulong* c)
    {
        (int rows, int columns, int depth) = Shape(product);
        float* left = stackalloc float[product.A.Count];
        float* right = stackalloc float[product.B.Count];
        float* sums = stackalloc float[product.C.Count];
        Widen(product.A, a, left);
        Widen(product.B, b, right);
        Widen(product.C, c, sums);
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column += 8)
            {
                float* at = sums + (row * columns) + column;
                Vector256<float> sum = Vector256.Load(at);
                for (int k = 0; k < depth; k++)
                {
                    Vector256<float> factor = Vector256.Create(left[(row * depth) + k]);
                    Vector256<float> line = Vector256.Load(right + (k * columns) + column);
                    sum = Vector256.FusedMultiplyAdd(factor, line, sum);
                }
                Quiet.Of(sum).Store(at);
            }
        }
        for (int i = 0; i < rows * columns; i++)
        {
            c[i] =
                product.D.Type == PtxType.F16
                    ? SmallFloats.ToHalf(sums[i], RoundingMode.Nearest)
                    : BitConverter.SingleToUInt32Bits(sums[i]);
        }
    }

    private static void Widen(Fragment fragment, ulong* bits, float* values)
    {
        for (int i = 0; i < fragment.Count; i++)
        {
            uint word = (uint)bits[i];
            values[i] = fragment.Type switch
            {
                PtxType.F16 => HalfElement.Of(word, 0),
                PtxType.BF16 => BFloatElement.Of(word, 0),
                PtxType.TF32 => TensorElement.Of(word, 0),
                _ => BitConverter.UInt32BitsToSingle(word),
            };
        }
    }

    private static void Integers(FragmentProduct product, ulong* a, ulong* b, ulong* c)
    {
        (int rows, int columns, int depth) = Shape(product);
        Extend(product.A, a);
        Extend(product.B, b);
        for (int i = 0; i < rows * columns; i++)
        {
            long sum = (int)c[i];
            for (int k = 0; k < depth; k++)
            {
                long x = (long)a[(i / columns * depth) + k];
                long y = (long)b[(k * columns) + (i % columns)];
                sum += product.Bitwise switch
                {
                    "xor" => x ^ y,
                    "and" => x & y,
                    _ => x * y,
                };
            }
            long clamped = Math.Clamp(sum, int.MinValue, int.MaxValue);
            c[i] = (uint)(product.Clamps ? clamped : sum);
        }
    }

    private static void Extend(Fragment fragment, ulong* elements)
    {
        int shift = 64 - fragment.Bits;
        bool signed = fragment.Type is PtxType.S8 or PtxType.S4;
        for (int i = 0; i < fragment.Count && signed; i++)
        {
            elements[i] = (ulong)((long)(elements[i] << shift) >> shift);
        }
    }

    private static (int Rows, int Columns, int Depth) Shape(FragmentProduct product) =>
        (product.A.Rows, product.B.Columns, product.A.Columns);

    /// <summary>wmma.load: rows or columns of the matrix, 16 bytes at a time.</summary>
    public static void Load(Warp warp, Op* op, uint mask)
    {
        FragmentTransfer transfer = warp.Runner.Kernel.Transfers[op->Target];
        byte* tile = stackalloc byte[TileBytes];
        ulong* elements = stackalloc ulong[transfer.Fragment.Count];
        Move(warp, op, transfer, tile, FaultAccess.Load, mask);
        Fragment fragment = transfer.Fragment;
        for (int i = 0; i < fragment.Count; i++)
        {
            int bit = Position(transfer, i) * fragment.Bits;
            ulong word = *(ulong*)(tile + (bit >> 3)) >> (bit & 7);
            elements[i] = fragment.Bits == 64 ? word : word & ((1UL << fragment.Bits) - 1);
        }
        fragment.Write(warp.R, elements, mask);
    }

    /// <summary>wmma.store.</summary>
    public static void Store(Warp warp, Op* op, uint mask)
    {
        FragmentTransfer transfer = warp.Runner.Kernel.Transfers[op->Target];
        byte* tile = stackalloc byte[TileBytes];
        Fragment fragment = transfer.Fragment;
        ulong* elements = stackalloc ulong[fragment.Count];
        fragment.Read(warp.R, elements);
        int bytes = fragment.Bits / 8;
        for (int i = 0; i < fragment.Count; i++)
        {
            byte* at = tile + (Position(transfer, i) * bytes);
            new ReadOnlySpan<byte>(elements + i, bytes).CopyTo(new Span<byte>(at, bytes));
        }
        Move(warp, op, transfer, tile, FaultAccess.Store, mask);
    }

    private static int Position(FragmentTransfer transfer, int element)
    {
        int row = element / transfer.Fragment.Columns;
        int column = element % transfer.Fragment.Columns;
        return transfer.RowMajor ? element : (column * transfer.Line) + row;
    }

    private static void Move(
        Warp warp,
        Op* op,
        FragmentTransfer transfer,
        byte* tile,
        FaultAccess kind,
        uint mask
    )
    {
        ulong* addresses = stackalloc ulong[32];
        MemoryOps.Addresses(warp, op, addresses);
        int lane = System.Numerics.BitOperations.TrailingZeroCount(mask);
        ulong start = addresses[lane];
        ulong apart =
            op->X[0] < 0
                ? (ulong)transfer.LineBytes
                : (ulong)((uint*)(warp.R + op->X[0]))[lane] * (ulong)transfer.Fragment.Bits / 8;
        int each = transfer.LineBytes / 16;
        int pieces = transfer.Lines * each;
        for (int from = 0; from < pieces; from += 32)
        {
            int count = Math.Min(32, pieces - from);
            for (int i = 0; i < count; i++)
            {
                int piece = from + i;
                addresses[i] = start + ((ulong)(piece / each) * apart) + (ulong)(piece % each * 16);
            }
            TileOps.MovePieces(warp, op, addresses, count, tile + (16 * from), kind);
        }
    }
}

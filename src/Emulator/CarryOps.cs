using System.Numerics;

namespace Robustness.Emulator;

/// <summary>Additions, subtractions and products that write or read the carry flag.</summary>
internal static unsafe class CarryOps
{
    /// <summary>Bits of the mode.</summary>
    public const int Writes = 1;
    public const int Reads = 2;
    public const int Subtracts = 4;
    public const int Low = 8;
    public const int High = 16;

    public static bool TryDecode(InstructionReader reader, ref Op op)
    {
        string name = reader.Parts[0];
        bool carries = name is "addc" or "subc" or "madc";
        bool plain = name is "add" or "sub" or "mad" && Array.IndexOf(reader.Parts, "cc") > 0;
        if (!carries && !plain)
        {
            return false;
        }
        PtxType type = reader.Type();
        bool product = name.StartsWith("mad", StringComparison.Ordinal);
        reader.Expect(product ? 4 : 3);
        op.Class = OpClass.Integer;
        op.Kind = OpKind.Warp;
        op.Mode = reader.Has("cc") ? Writes : 0;
        op.Mode |= carries ? Reads : 0;
        op.Mode |= name[0] == 's' ? Subtracts : 0;
        if (product)
        {
            op.Mode |=
                reader.Has("lo") ? Low
                : reader.Has("hi") ? High
                : throw reader.Fail(".lo or .hi expected");
        }
        ArithmeticDecoder.Same(reader, ref op, type);
        op.X[0] = reader.Layout.Carry();
        op.Run = type switch
        {
            PtxType.U32 => &Run<uint>,
            PtxType.S32 => &Run<int>,
            PtxType.U64 => &Run<ulong>,
            PtxType.S64 => &Run<long>,
            _ => throw reader.Fail("unsupported type"),
        };
        return true;
    }

    private static void Run<T>(Warp warp, Op* op, uint mask)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        uint* flag = (uint*)(warp.R + op->X[0]);
        uint carries = 0;
        for (uint rest = mask; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            T a = *LaneLoops.At<T>(warp.R + op->A, lane);
            T b = *LaneLoops.At<T>(warp.R + op->B, lane);
            T c = *LaneLoops.At<T>(warp.R + op->C, lane);
            bool carry = (op->Mode & Reads) != 0 && (*flag >> lane & 1) != 0;
            (T left, T right) =
                (op->Mode & Low) != 0 ? (unchecked(a * b), c)
                : (op->Mode & High) != 0 ? (IntMulHi.Of(a, b, c), c)
                : (a, b);
            (T result, bool over) =
                (op->Mode & Subtracts) != 0
                    ? Difference(left, right, carry)
                    : Sum(left, right, carry);
            *LaneLoops.At<T>(warp.R + op->D, lane) = result;
            carries |= over ? 1u << lane : 0;
        }
        if ((op->Mode & Writes) != 0)
        {
            *flag = (*flag & ~mask) | carries;
        }
    }

    private static (T, bool) Sum<T>(T a, T b, bool carry)
        where T : unmanaged, IBinaryInteger<T>
    {
        ulong width = ulong.MaxValue >> (64 - (8 * sizeof(T)));
        UInt128 sum = (UInt128)(ulong.CreateTruncating(a) & width);
        sum += ulong.CreateTruncating(b) & width;
        sum += carry ? 1u : 0u;
        return (T.CreateTruncating((ulong)sum), sum > width);
    }

    private static (T, bool) Difference<T>(T a, T b, bool borrow)
        where T : unmanaged, IBinaryInteger<T>
    {
        ulong width = ulong.MaxValue >> (64 - (8 * sizeof(T)));
        UInt128 right = (UInt128)(ulong.CreateTruncating(b) & width) + (borrow ? 1u : 0u);
        UInt128 left = ulong.CreateTruncating(a) & width;
        return (T.CreateTruncating((ulong)(left - right)), left < right);
    }
}

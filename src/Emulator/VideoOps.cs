namespace Robustness.Emulator;

/// <summary>
/// Video instructions on sign- or zero-extended parts of words: one part of each operand (vadd,
/// vsub, vabsdiff, vmin, vmax, vshl, vshr, vset, vmad), or two or four side by side.
/// </summary>
internal static unsafe class VideoOps
{
    private const int Set = 6;
    private const int Product = 9;

    /// <summary>Bits of Imm: result, operands are signed; the result is clamped.</summary>
    private const int SignedResult = 1;
    private const int SignedFirst = 2;
    private const int SignedSecond = 4;
    private const int Clamps = 8;

    /// <summary>Operations in the order of Mode.</summary>
    private static readonly string[] Names =
    [
        "vadd",
        "vsub",
        "vabsdiff",
        "vmin",
        "vmax",
        "vavrg",
        "vset",
        "vshl",
        "vshr",
        "vmad",
    ];
    private static readonly string[] Relations = ["eq", "ne", "lt", "le", "gt", "ge"];
    private static readonly string[] Seconds = ["add", "min", "max"];

    public static bool TryDecode(InstructionReader reader, ref Op op)
    {
        string name = reader.Parts[0];
        int parts = name[^1] is '2' or '4' ? name[^1] - '0' : 1;
        op.Mode = Array.IndexOf(Names, parts == 1 ? name : name[..^1]);
        if (op.Mode < 0 || (parts > 1 ? op.Mode > Set : op.Mode == 5))
        {
            return false;
        }
        op.Class = OpClass.Integer;
        op.Count = parts;
        op.Imm = Types(reader, op.Mode == Set);
        op.Imm |= op.Mode != Set && reader.Has("sat") ? (uint)Clamps : 0u;
        op.D2 = op.Mode == Set ? Array.FindIndex(Relations, reader.Has) : 0;
        op.Stride = (op.Mode is 7 or 8) && reader.Has("clamp") ? 1 : 0;
        _ = op.Mode is 7 or 8 && reader.Has("wrap");
        if (op.Mode == Product)
        {
            op.D2 = reader.Has("po") ? 1 : 0;
            op.Stride =
                reader.Has("shr7") ? 7
                : reader.Has("shr15") ? 15
                : 0;
        }
        if (op.D2 < 0)
        {
            throw reader.Fail("a comparison is missing");
        }
        Operands(reader, ref op, parts);
        return true;
    }

    private static int Types(InstructionReader reader, bool relates)
    {
        int bits = 0;
        for (int i = 0; i < 3; i++)
        {
            PtxType type =
                !relates ? reader.Type(i)
                : i == 0 ? PtxType.U32
                : reader.Type(i - 1);
            bits |= type switch
            {
                PtxType.S32 => 1 << i,
                PtxType.U32 => 0,
                _ => throw reader.Fail("types are .u32 and .s32"),
            };
        }
        return bits;
    }

    private static void Operands(InstructionReader reader, ref Op op, int parts)
    {
        bool four = parts > 1 || op.Mode == Product;
        reader.Expect(four ? 4 : 3, 4);
        PtxOperand[] operands = reader.Source.Operands;
        ArithmeticDecoder.Same(reader, ref op, PtxType.U32);
        op.Target =
            op.Mode == Product || reader.Count == 3 ? -1 : Array.FindIndex(Seconds, reader.Has);
        string target = operands[0].Selector;
        if (parts == 1)
        {
            op.X[0] = Part(reader, target);
            op.X[1] = Part(reader, operands[1].Selector);
            op.X[2] = Part(reader, operands[2].Selector);
            if (op.Mode != Product && reader.Count == 4 && (op.X[0] == 0) == (op.Target < 0))
            {
                throw reader.Fail("with a third operand: .add, .min, .max or a part of the result");
            }
            op.Lanes = &Single;
            return;
        }
        _ = op.Target > 0 ? throw reader.Fail("only .add is allowed here") : true;
        int all = (1 << parts) - 1;
        op.X[0] = target.Length == 0 ? all : target.Skip(1).Sum(digit => 1 << (digit - '0')) & all;
        for (int operand = 0; operand < 2; operand++)
        {
            string chosen = operands[operand + 1].Selector;
            for (int i = 0; i < parts; i++)
            {
                int part = chosen.Length == 0 ? (parts * operand) + i : chosen[^(i + 1)] - '0';
                op.X[1 + (parts * operand) + i] =
                    (chosen.Length == 0 || chosen.Length == parts + 1) && part < 2 * parts
                        ? part
                        : throw reader.Fail($"{parts} parts expected after the register");
            }
        }
        op.Lanes = &Many;
    }

    /// <summary>0 for the whole word, 1 to 4 for a byte, 5 and 6 for a half.</summary>
    private static int Part(InstructionReader reader, string selector) =>
        selector switch
        {
            "" => 0,
            "b0" or "b1" or "b2" or "b3" => selector[1] - '0' + 1,
            "h0" or "h1" => selector[1] - '0' + 5,
            _ => throw reader.Fail("parts are b0 to b3, h0 and h1"),
        };

    private static (int Shift, int Width) Bits(int part) =>
        part == 0 ? (0, 32)
        : part < 5 ? (8 * (part - 1), 8)
        : (16 * (part - 5), 16);

    private static long Take(uint word, int shift, int width, bool signed)
    {
        long value = (long)((ulong)word << (64 - width - shift)) >> (64 - width);
        return signed ? value : value & ((1L << width) - 1);
    }

    private static void Single(byte* d, byte* a, byte* b, byte* c, Op* op)
    {
        (int firstShift, int firstWidth) = Bits(op->X[1]);
        (int secondShift, int secondWidth) = Bits(op->X[2]);
        (int shift, int width) = Bits(op->X[0]);
        for (int lane = 0; lane < 32; lane++)
        {
            bool signed = (op->Imm & SignedFirst) != 0;
            long x = Take(((uint*)a)[lane], firstShift, firstWidth, signed);
            signed = (op->Imm & SignedSecond) != 0;
            long y = Take(((uint*)b)[lane], secondShift, secondWidth, signed);
            uint third = ((uint*)c)[lane];
            long result =
                op->Mode == Product
                    ? ((x * y) + Take(third, 0, 32, (op->Imm & SignedResult) != 0) + op->D2)
                        >> op->Stride
                    : Of(op, x, y);
            uint word = (uint)Limit(op, result, width);
            uint mask = (uint)(((1UL << width) - 1) << shift);
            ((uint*)d)[lane] =
                op->Target >= 0 ? Combine(op, word, third)
                : op->X[0] == 0 ? word
                : (third & ~mask) | ((word << shift) & mask);
        }
    }

    private static uint Combine(Op* op, uint word, uint third)
    {
        bool signed = (op->Imm & SignedResult) != 0;
        bool less = signed ? (int)word < (int)third : word < third;
        return op->Target == 0 ? word + third
            : less == (op->Target == 1) ? word
            : third;
    }

    private static long Limit(Op* op, long value, int width)
    {
        if ((op->Imm & Clamps) == 0)
        {
            return value;
        }
        bool signed = (op->Imm & SignedResult) != 0;
        long most = signed ? (1L << (width - 1)) - 1 : (1L << width) - 1;
        return Math.Clamp(value, signed ? -most - 1 : 0, most);
    }

    private static long Of(Op* op, long x, long y) =>
        op->Mode switch
        {
            0 => x + y,
            1 => x - y,
            2 => Math.Abs(x - y),
            3 => Math.Min(x, y),
            4 => Math.Max(x, y),
            5 => (x + y + (x + y >= 0 ? 1 : 0)) >> 1,
            Set => op->D2 switch
            {
                0 => x == y,
                1 => x != y,
                2 => x < y,
                3 => x <= y,
                4 => x > y,
                _ => x >= y,
            }
                ? 1
                : 0,
            7 => x << Amount(op, y),
            _ => x >> Amount(op, y),
        };

    private static int Amount(Op* op, long y) =>
        (int)(op->Stride == 1 ? Math.Min((ulong)y & uint.MaxValue, 32) : (ulong)y & 31);

    private static void Many(byte* d, byte* a, byte* b, byte* c, Op* op)
    {
        int parts = op->Count;
        int width = 32 / parts;
        for (int lane = 0; lane < 32; lane++)
        {
            ulong both = ((ulong)((uint*)b)[lane] << 32) | ((uint*)a)[lane];
            uint third = ((uint*)c)[lane];
            uint sum = third;
            for (int i = 0; i < parts; i++)
            {
                if ((op->X[0] >> i & 1) == 0)
                {
                    continue;
                }
                bool signed = (op->Imm & SignedFirst) != 0;
                long x = Take((uint)(both >> (width * op->X[1 + i])), 0, width, signed);
                signed = (op->Imm & SignedSecond) != 0;
                long y = Take((uint)(both >> (width * op->X[1 + parts + i])), 0, width, signed);
                uint result = (uint)Limit(op, Of(op, x, y), width);
                sum += result;
                uint mask = ((1u << width) - 1) << (width * i);
                third = (third & ~mask) | ((result << (width * i)) & mask);
            }
            ((uint*)d)[lane] = op->Target == 0 ? sum : third;
        }
    }
}

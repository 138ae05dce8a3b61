namespace Robustness.Emulator;

/// <summary>
/// Pairs of 8-bit floats: e4m3 (4 exponent bits, largest 448, no infinity) and e5m2 (5 exponent
/// bits, largest 57344). Conversion to them clamps; the first operand becomes the upper byte.
/// </summary>
internal static unsafe class ByteFloats
{
    private const uint NaN = 0x7F;
    private static readonly string[] Names = ["e4m3x2", "e5m2x2"];

    public static bool TryDecode(InstructionReader reader, ref Op op)
    {
        if (reader.Parts[0] != "cvt" || !reader.Parts.Any(part => Names.Contains(part)))
        {
            return false;
        }
        int at = Array.FindIndex(reader.Parts, part => Names.Contains(part));
        op.Count = Array.IndexOf(Names, reader.Parts[at]);
        bool encodes = at == reader.Parts.Length - 2;
        PtxType other = reader.Type();
        reader.Use(at);
        bool pairs = other == PtxType.F16x2;
        bool clamps = reader.Has("satfinite");
        if (!reader.Has("rn") || clamps != encodes || !(pairs || (encodes && other == PtxType.F32)))
        {
            throw reader.Fail("unsupported conversion of 8-bit floats");
        }
        op.Class = OpClass.Conversion;
        op.Mode = reader.Has("relu") ? HalfLoops.Relu : 0;
        reader.Expect(pairs ? 2 : 3);
        ArithmeticDecoder.Result(reader, ref op, encodes ? PtxType.B16 : PtxType.B32);
        op.A = reader.Operand(
            1,
            !encodes ? PtxType.B16
                : pairs ? PtxType.B32
                : PtxType.F32
        );
        op.B = pairs ? op.A : reader.Operand(2, PtxType.F32);
        op.C = op.A;
        op.Lanes =
            !encodes ? &Decode
            : pairs ? &FromPairs
            : &FromSingles;
        return true;
    }

    private static void FromSingles(byte* d, byte* a, byte* b, byte* c, Op* op)
    {
        for (int lane = 0; lane < 32; lane++)
        {
            uint high = Encode(((float*)a)[lane], op);
            ((uint*)d)[lane] = (high << 8) | Encode(((float*)b)[lane], op);
        }
    }

    private static void FromPairs(byte* d, byte* a, byte* b, byte* c, Op* op)
    {
        for (int lane = 0; lane < 32; lane++)
        {
            uint pair = ((uint*)a)[lane];
            uint high = Encode(SmallFloats.FromHalf(pair >> 16), op);
            ((uint*)d)[lane] = (high << 8) | Encode(SmallFloats.FromHalf(pair & 0xFFFF), op);
        }
    }

    private static void Decode(byte* d, byte* a, byte* b, byte* c, Op* op)
    {
        for (int lane = 0; lane < 32; lane++)
        {
            uint pair = ((uint*)a)[lane];
            uint high = ToHalf(pair >> 8 & 255, op);
            ((uint*)d)[lane] = (high << 16) | ToHalf(pair & 255, op);
        }
    }

    private static int Fraction(Op* op) => op->Count == 0 ? 3 : 2;

    private static uint Encode(double value, Op* op)
    {
        if (double.IsNaN(value))
        {
            return NaN;
        }
        if ((op->Mode & HalfLoops.Relu) != 0 && value <= 0)
        {
            return 0;
        }
        int fraction = Fraction(op);
        int least = op->Count == 0 ? -6 : -14;
        uint most = op->Count == 0 ? 0x7Eu : 0x7Bu;
        uint sign = double.IsNegative(value) ? 128u : 0;
        double size = Math.Min(Math.Abs(value), 1 << 20);
        int exponent = size == 0 ? least : Math.Max(Math.ILogB(size), least);
        // Steps of the last place, counted from the exponent's own start; a carry runs on.
        double steps = Math.Round(Math.ScaleB(size, fraction - exponent), MidpointRounding.ToEven);
        uint bits = (uint)(((exponent - least) << fraction) + (int)steps);
        return sign | Math.Min(bits, most);
    }

    private static uint ToHalf(uint bits, Op* op)
    {
        int fraction = Fraction(op);
        uint size = bits & 127;
        bool special = op->Count == 0 ? size == NaN : size > 0x7C;
        if (special)
        {
            return SmallFloats.NaN;
        }
        int bias = op->Count == 0 ? 7 : 15;
        int exponent = (int)(size >> fraction);
        uint digits = size & ((1u << fraction) - 1);
        double value =
            size == 0x7C && op->Count == 1 ? double.PositiveInfinity
            : exponent == 0 ? Math.ScaleB(digits, 1 - bias - fraction)
            : Math.ScaleB(digits + (1 << fraction), exponent - bias - fraction);
        value = bits >= 128 ? -value : value;
        value = (op->Mode & HalfLoops.Relu) != 0 && value <= 0 ? 0 : value;
        return SmallFloats.ToHalf(value, RoundingMode.Nearest);
    }
}

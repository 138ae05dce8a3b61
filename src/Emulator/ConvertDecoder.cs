namespace Robustness.Emulator;

/// <summary>Decodes cvt.</summary>
internal static unsafe class ConvertDecoder
{
    public static void Decode(InstructionReader reader, ref Op op)
    {
        PtxType to = reader.Type();
        PtxType from = reader.Type(1);
        bool pair = to is PtxType.BF16x2 or PtxType.F16x2;
        reader.Expect(pair ? 3 : 2);
        op.Class = OpClass.Conversion;
        op.Mode = (int)(
            reader.Has("rzi") ? RoundingMode.Zero
            : reader.Has("rmi") ? RoundingMode.Down
            : reader.Has("rpi") ? RoundingMode.Up
            : RoundingMode.Nearest
        );
        bool integral = reader.HasAny("rni", "rzi", "rmi", "rpi");
        op.Mode |= (int)reader.Round();
        op.Count = integral ? 1 : 0;
        op.Mode |= reader.Has("ftz") ? FloatLoops.Ftz : 0;
        op.Mode |= reader.Has("sat") ? FloatLoops.Saturate : 0;
        op.Mode |= reader.Has("relu") ? HalfLoops.Relu : 0;
        bool tensor = to == PtxType.TF32;
        if (
            from is PtxType.TF32 or PtxType.BF16x2 or PtxType.F16x2
            || ((pair || tensor) && from != PtxType.F32)
        )
        {
            throw reader.Fail("unsupported conversion");
        }
        if (tensor)
        {
            op.Count = reader.Has("rna") ? 1 : 0;
            op.X[2] = reader.Has("satfinite") ? 1 : 0;
        }
        Operands(reader, ref op, to, from);
        op.B = pair ? reader.Operand(2, from) : op.A;
        op.C = op.A;
        op.Type = to;
        op.X[0] = (int)from;
        op.Lanes =
            pair ? &ConvertLoops.Pair
            : tensor ? &ConvertLoops.ToTensor
            : Fast(op, to, from);
    }

    /// <summary>A register may be wider than its type.</summary>
    private static void Operands(InstructionReader reader, ref Op op, PtxType to, PtxType from)
    {
        PtxOperand target = reader.Source.Operands[0];
        bool wide = target.Register is { } result && FrameLayout.Width(result.Type) == 8;
        bool grows = wide && !PtxTypes.IsFloat(to);
        ArithmeticDecoder.Result(reader, ref op, grows ? PtxType.B64 : to);
        PtxOperand source = reader.Source.Operands[1];
        bool large = source.Register is { } read && FrameLayout.Width(read.Type) == 8;
        bool cut = large && !PtxTypes.IsFloat(from);
        op.A = reader.Operand(1, cut ? PtxType.B64 : from);
        op.X[1] = FrameLayout.Width(from) == 8 || cut ? 1 : 0;
    }

    private static delegate* <byte*, byte*, byte*, byte*, Op*, void> Fast(
        in Op op,
        PtxType to,
        PtxType from
    )
    {
        bool integers = !PtxTypes.IsFloat(to) && !PtxTypes.IsFloat(from);
        if (integers && (op.Mode & FloatLoops.Saturate) == 0)
        {
            return &ConvertLoops.Integers;
        }
        return (to, from) switch
        {
            (PtxType.BF16, PtxType.F32) when op.Mode == 0 => &ConvertLoops.SingleToBFloat,
            (PtxType.F32, PtxType.BF16) when op.Mode == 0 => &ConvertLoops.BFloatToSingle,
            (PtxType.F32, PtxType.F16) when op.Mode == 0 => &ConvertLoops.HalfToSingle,
            (PtxType.F32, PtxType.S32) when op.Mode == 0 => &ConvertLoops.IntToSingle,
            _ => &ConvertLoops.General,
        };
    }
}

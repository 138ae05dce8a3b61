namespace Robustness.Emulator;

/// <summary>Decodes arithmetic of f16, bf16 and their packed pairs.</summary>
internal static unsafe class HalfDecoder
{
    public static void Decode(InstructionReader reader, ref Op op, string name, PtxType type)
    {
        bool packed = type is PtxType.F16x2 or PtxType.BF16x2;
        bool brain = type is PtxType.BF16 or PtxType.BF16x2;
        op.Class = OpClass.Half;
        op.Flops *= packed ? 2 : 1;
        op.Mode = reader.Has("ftz") ? FloatLoops.Ftz : 0;
        if (name is "neg" or "abs" && op.Mode == 0)
        {
            op.Mode = name == "neg" ? 0 : 1;
            op.Imm = packed ? 0x80008000 : 0x8000;
            op.Lanes = &FloatLoops.Sign<uint>;
            return;
        }
        bool sums = name is "add" or "sub" or "mul" or "fma";
        op.Mode |= sums && reader.Has("sat") ? FloatLoops.Saturate : 0;
        op.Mode |= name == "fma" && reader.Has("relu") ? HalfLoops.Relu : 0;
        _ = reader.HasAny("rn", "approx");
        bool nan = name is "min" or "max" && reader.Has("NaN");
        op.Class = name is "ex2" or "tanh" ? OpClass.Special : op.Class;
        bool xors = name is "min" or "max" && reader.Has("xorsign") && reader.Has("abs");
        op.Lanes = name switch
        {
            "min" when xors => nan
                ? Pick<HalfXorSign<HalfMinNaN>>(packed, brain)
                : Pick<HalfXorSign<HalfMin>>(packed, brain),
            "max" when xors => nan
                ? Pick<HalfXorSign<HalfMaxNaN>>(packed, brain)
                : Pick<HalfXorSign<HalfMax>>(packed, brain),
            "add" => Pick<HalfAdd>(packed, brain),
            "sub" => Pick<HalfSub>(packed, brain),
            "mul" => Pick<HalfMul>(packed, brain),
            "fma" => Pick<HalfFma>(packed, brain),
            "min" => nan ? Pick<HalfMinNaN>(packed, brain) : Pick<HalfMin>(packed, brain),
            "max" => nan ? Pick<HalfMaxNaN>(packed, brain) : Pick<HalfMax>(packed, brain),
            "ex2" => Pick<HalfEx2>(packed, brain),
            "tanh" => Pick<HalfTanh>(packed, brain),
            "neg" => Pick<HalfNegate>(packed, brain),
            "abs" => Pick<HalfMagnitude>(packed, brain),
            _ => throw reader.Fail($"unsupported type .{PtxTypes.Name(type)}"),
        };
    }

    private static delegate* <byte*, byte*, byte*, byte*, Op*, void> Pick<TOp>(
        bool packed,
        bool brain
    )
        where TOp : IHalfOp =>
        (packed, brain) switch
        {
            (true, true) => &HalfLoops.Two<TOp, BFloatFormat>,
            (true, false) => &HalfLoops.Two<TOp, HalfFormat>,
            (false, true) => &HalfLoops.One<TOp, BFloatFormat>,
            _ => &HalfLoops.One<TOp, HalfFormat>,
        };
}

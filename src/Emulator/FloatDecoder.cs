namespace Robustness.Emulator;

/// <summary>Decodes f32 and f64 arithmetic and the approximate functions.</summary>
internal static unsafe class FloatDecoder
{
    public static bool TryDecode(InstructionReader reader, ref Op op)
    {
        string name = reader.Parts[0];
        bool known =
            name
            is "add"
                or "sub"
                or "mul"
                or "fma"
                or "mad"
                or "div"
                or "rcp"
                or "sqrt"
                or "rsqrt"
                or "ex2"
                or "lg2"
                or "sin"
                or "cos"
                or "tanh"
                or "min"
                or "max"
                or "neg"
                or "abs";
        if (!known)
        {
            return false;
        }
        PtxType type = reader.Type();
        if (!PtxTypes.IsFloat(type) || type == PtxType.TF32)
        {
            throw reader.Fail($"unsupported type .{PtxTypes.Name(type)}");
        }
        reader.Expect(
            name is "fma" or "mad" ? 4
            : name is "add" or "sub" or "mul" or "div" or "min" or "max" ? 3
            : 2
        );
        ArithmeticDecoder.Same(reader, ref op, type);
        bool isDouble = type == PtxType.F64;
        op.Class = isDouble ? OpClass.Double : OpClass.Float;
        op.Flops =
            name is "fma" or "mad" ? 2
            : name is "add" or "sub" or "mul" ? 1
            : 0;
        if (type is not (PtxType.F32 or PtxType.F64))
        {
            HalfDecoder.Decode(reader, ref op, name, type);
            return true;
        }
        if (name is "neg" or "abs")
        {
            op.Count = reader.Has("ftz") && !isDouble ? 1 : 0;
            op.Mode = name == "neg" ? 0 : 1;
            op.Imm = isDouble ? long.MinValue : 1L << 31;
            op.Lanes = isDouble ? &FloatLoops.Sign<ulong> : &FloatLoops.Sign<uint>;
            return true;
        }
        Choose(reader, ref op, name, isDouble);
        return true;
    }

    private static void Choose(InstructionReader reader, ref Op op, string name, bool isDouble)
    {
        RoundingMode rounding = reader.Round();
        bool nan = name is "min" or "max" && reader.Has("NaN");
        bool approximate =
            name is not ("add" or "sub" or "mul" or "fma" or "mad" or "min" or "max")
            && reader.HasAny("approx", "full");
        op.Class = approximate ? OpClass.Special : op.Class;
        op.Mode = (int)rounding;
        op.Mode |= reader.Has("ftz") ? FloatLoops.Ftz : 0;
        op.Mode |= !isDouble && reader.Has("sat") ? FloatLoops.Saturate : 0;
        if (isDouble && rounding != RoundingMode.Nearest)
        {
            op.Imm = Array.IndexOf(DoubleRounding.Operations, name == "mad" ? "fma" : name);
            op.Lanes = &DoubleRounding.Run;
            _ = op.Imm < 0 ? throw reader.Fail("this has no rounding direction") : true;
            return;
        }
        bool xors = name is "min" or "max" && reader.Has("xorsign") && reader.Has("abs");
        bool coarse = isDouble && approximate && reader.Has("ftz");
        if (!isDouble && !nan && !xors && !approximate && TryVector(ref op, name))
        {
            return;
        }
        op.Lanes = name switch
        {
            "add" => Pick<FloatAdd>(isDouble),
            "sub" => Pick<FloatSub>(isDouble),
            "mul" => Pick<FloatMul>(isDouble),
            "fma" or "mad" => Pick<FloatFma>(isDouble),
            "div" when reader.Has("approx") => Pick<FloatDivApprox>(isDouble),
            "div" => Pick<FloatDiv>(isDouble),
            "rcp" when coarse => &FloatLoops.Double<CoarseReciprocal>,
            "rsqrt" when coarse => &FloatLoops.Double<CoarseRoot>,
            "rcp" => Pick<FloatRcp>(isDouble),
            "sqrt" => Pick<FloatSqrt>(isDouble),
            "rsqrt" => Pick<FloatRsqrt>(isDouble),
            "ex2" => Pick<FloatEx2>(isDouble),
            "lg2" => Pick<FloatLg2>(isDouble),
            "sin" => Pick<FloatSin>(isDouble),
            "cos" => Pick<FloatCos>(isDouble),
            "tanh" => Pick<FloatTanh>(isDouble),
            "min" when xors && nan => Pick<XorSign<FloatMinNaN>>(isDouble),
            "max" when xors && nan => Pick<XorSign<FloatMaxNaN>>(isDouble),
            "min" when xors => Pick<XorSign<FloatMin>>(isDouble),
            "max" when xors => Pick<XorSign<FloatMax>>(isDouble),
            "min" => nan ? Pick<FloatMinNaN>(isDouble) : Pick<FloatMin>(isDouble),
            _ => nan ? Pick<FloatMaxNaN>(isDouble) : Pick<FloatMax>(isDouble),
        };
    }

    /// <summary>f32 to nearest, eight lanes at a time, with and without flushing.</summary>
    private static bool TryVector(ref Op op, string name)
    {
        if (op.Mode is not (0 or FloatLoops.Ftz))
        {
            return false;
        }
        bool flush = op.Mode == FloatLoops.Ftz;
        op.Lanes = name switch
        {
            "add" => PickVector<SingleAdd>(flush),
            "sub" => PickVector<SingleSubtract>(flush),
            "mul" => PickVector<SingleMultiply>(flush),
            "fma" or "mad" => PickVector<SingleFma>(flush),
            "div" => PickVector<SingleDivide>(flush),
            "rcp" => PickVector<SingleReciprocal>(flush),
            "sqrt" => PickVector<SingleRoot>(flush),
            "min" => PickVector<SingleMin>(flush),
            "max" => PickVector<SingleMax>(flush),
            _ => null,
        };
        return op.Lanes is not null;
    }

    private static delegate* <byte*, byte*, byte*, byte*, Op*, void> PickVector<TOp>(bool flush)
        where TOp : IVector<float> =>
        flush ? &LaneLoops.Vector<Flushed<TOp>, float> : &LaneLoops.Vector<TOp, float>;

    private static delegate* <byte*, byte*, byte*, byte*, Op*, void> Pick<TOp>(bool isDouble)
        where TOp : IFloatOp => isDouble ? &FloatLoops.Double<TOp> : &FloatLoops.Single<TOp>;
}

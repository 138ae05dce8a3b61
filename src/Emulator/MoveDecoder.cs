namespace Robustness.Emulator;

/// <summary>Decodes moves, address conversions, comparisons.</summary>
internal static unsafe class MoveDecoder
{
    public const ulong SharedWindow = 1UL << 40;
    public const ulong LocalWindow = 2UL << 40;
    public const ulong ParamWindow = 3UL << 40;

    public static bool TryDecode(InstructionReader reader, ref Op op)
    {
        switch (reader.Parts[0])
        {
            case "mov":
                Move(reader, ref op);
                return true;
            case "cvta":
                ConvertAddress(reader, ref op);
                return true;
            case "set":
                Set(reader, ref op);
                return true;
            case "setp":
                Compare(reader, ref op);
                return true;
            case "cvt":
                ConvertDecoder.Decode(reader, ref op);
                return true;
            default:
                return false;
        }
    }

    private static void Move(InstructionReader reader, ref Op op)
    {
        PtxType type = reader.Type();
        reader.Expect(2);
        op.Class = OpClass.Integer;
        PtxOperand source = reader.Source.Operands[1];
        if (source.Kind == PtxOperandKind.Vector)
        {
            Pack(reader, ref op, type, reader.Source.Operands[0], source.Items, &PackLoops.Pack);
            return;
        }
        if (reader.Source.Operands[0].Kind == PtxOperandKind.Vector)
        {
            Pack(reader, ref op, type, source, reader.Source.Operands[0].Items, &PackLoops.Unpack);
            op.Kind = OpKind.Warp;
            return;
        }
        if (source.Kind == PtxOperandKind.Special && PtxSpecials.IsClock(source.Name))
        {
            op.Kind = OpKind.Warp;
            op.Run = &ControlOps.ReadClock;
            op.Mode = source.Name.EndsWith("_hi", StringComparison.Ordinal) ? 1 : 0;
            ArithmeticDecoder.Result(reader, ref op, type);
            return;
        }
        op.Lanes =
            type == PtxType.Pred ? &PredicateLoops.Move
            : PtxTypes.Size(type) == 8 ? &LaneLoops.Vector<VectorMove<long>, long>
            : &LaneLoops.Vector<VectorMove<int>, int>;
        ArithmeticDecoder.Result(reader, ref op, type);
        op.A = reader.Operand(1, type);
        op.B = op.A;
        op.C = op.A;
    }

    private static void Pack(
        InstructionReader reader,
        ref Op op,
        PtxType type,
        PtxOperand whole,
        PtxOperand[] parts,
        delegate* <Warp, Op*, uint, void> run
    )
    {
        int size = PtxTypes.Size(type);
        if (parts.Length is not (2 or 4) || size < parts.Length || type == PtxType.Pred)
        {
            throw reader.Fail("a vector of 2 or 4 parts of the type expected");
        }
        op.Kind = OpKind.Warp;
        op.Run = run;
        op.Width = FrameLayout.Width(type);
        op.Count = parts.Length;
        op.Mode = size / parts.Length;
        PtxType part = op.Mode == 4 ? PtxType.B32 : PtxType.B16;
        bool unpack = reader.Source.Operands[0].Kind == PtxOperandKind.Vector;
        op.D = unpack ? reader.Operand(whole, type) : reader.Destination(whole, type);
        for (int i = 0; i < parts.Length; i++)
        {
            op.X[i] = unpack ? reader.Destination(parts[i], part) : reader.Operand(parts[i], part);
        }
    }

    private static void ConvertAddress(InstructionReader reader, ref Op op)
    {
        PtxType type = reader.Type();
        reader.Expect(2);
        op.Class = OpClass.Integer;
        if (PtxTypes.Size(type) != 8)
        {
            throw reader.Fail("addresses have 64 bits");
        }
        bool to = reader.Has("to");
        ulong window =
            reader.HasAny("shared", "shared::cta") ? SharedWindow
            : reader.Has("local") ? LocalWindow
            : reader.HasAny("param", "param::entry") ? ParamWindow
            : reader.HasAny("global", "const") ? 0UL
            : throw reader.Fail("the space is missing");
        op.Lanes = &LaneLoops.Vector<VectorAdd<long>, long>;
        ArithmeticDecoder.Result(reader, ref op, type);
        op.A = reader.Operand(1, type);
        op.B = reader.Layout.Constant(to ? 0 - window : window, true);
        op.C = op.A;
    }

    /// <summary>set: like setp, with a number for the result.</summary>
    private static void Set(InstructionReader reader, ref Op op)
    {
        PtxType result = reader.Type();
        reader.Expect(3, 4);
        PtxOperand target = reader.Source.Operands[0];
        PtxType type = reader.Type(1);
        bool pairs = type is PtxType.F16x2 or PtxType.BF16x2;
        bool half = type is PtxType.F16 or PtxType.BF16;
        bool fits =
            result is PtxType.U32 or PtxType.S32 || result == type
                ? pairs || half || result is PtxType.U32 or PtxType.S32 or PtxType.F32
            : half ? result is PtxType.U16 or PtxType.S16
            : !pairs && result == PtxType.F32;
        if (!fits)
        {
            throw reader.Fail("the result is .u32, .s32 or .f32; of halves also of their type");
        }
        Operands(reader, ref op, type);
        op.Type = result;
        op.Target = pairs ? 1 : 0;
        op.Width = 4;
        op.D = reader.Destination(target, result);
        op.Run = &SelectLoops.Set;
    }

    private static void Compare(InstructionReader reader, ref Op op)
    {
        PtxType type = reader.Type();
        reader.Expect(3, 4);
        PtxOperand target = reader.Source.Operands[0];
        bool pair = target.Kind == PtxOperandKind.Pair;
        bool pairs = type is PtxType.F16x2 or PtxType.BF16x2;
        if (pairs && !pair)
        {
            throw reader.Fail("a comparison of pairs has two results, p|q");
        }
        Operands(reader, ref op, type);
        op.D = reader.Destination(pair ? target.Items[0] : target, PtxType.Pred);
        op.D2 = pair ? reader.Destination(target.Items[1], PtxType.Pred) : -1;
        op.Run = pairs ? &ControlOps.ComparePairs : &ControlOps.Compare;
    }

    /// <summary>Operands and relation of set and setp, with a predicate to combine.</summary>
    private static void Operands(InstructionReader reader, ref Op op, PtxType type)
    {
        bool and = reader.Has("and");
        bool or = reader.Has("or");
        bool xor = reader.Has("xor");
        bool combine = and || or || xor;
        reader.Expect(combine ? 4 : 3);
        bool flush = reader.Has("ftz");
        op.Class = PtxTypes.IsFloat(type) ? OpClass.Float : OpClass.Integer;
        op.Mode = Relations(reader);
        op.Stride = flush ? 1 : 0;
        op.A = reader.Operand(1, type);
        op.B = reader.Operand(2, type);
        op.Kind = OpKind.Warp;
        op.Imm =
            and ? 1
            : or ? 2
            : xor ? 3
            : 0;
        if (combine)
        {
            PtxOperand last = reader.Source.Operands[3];
            op.Count = last.Negated ? 1 : 0;
            op.C = reader.Operand(last with { Negated = false }, PtxType.Pred);
        }
        op.Lanes = type switch
        {
            PtxType.S16 => &PredicateLoops.Compare<short>,
            PtxType.U16 or PtxType.B16 => &PredicateLoops.Compare<ushort>,
            PtxType.S32 => &PredicateLoops.Compare<int>,
            PtxType.U32 or PtxType.B32 => &PredicateLoops.Compare<uint>,
            PtxType.S64 => &PredicateLoops.Compare<long>,
            PtxType.U64 or PtxType.B64 => &PredicateLoops.Compare<ulong>,
            PtxType.F32 when flush => &PredicateLoops.CompareFlushed,
            PtxType.F32 => &PredicateLoops.Compare<float>,
            PtxType.F64 => &PredicateLoops.Compare<double>,
            PtxType.F16 or PtxType.F16x2 => &PredicateLoops.CompareHalf<HalfFormat>,
            PtxType.BF16 or PtxType.BF16x2 => &PredicateLoops.CompareHalf<BFloatFormat>,
            _ => throw reader.Fail("unsupported type"),
        };
    }

    private static int Relations(InstructionReader reader)
    {
        (string Name, int Bits)[] known =
        [
            ("eq", 2),
            ("ne", 5),
            ("lt", 1),
            ("le", 3),
            ("gt", 4),
            ("ge", 6),
            ("lo", 1),
            ("ls", 3),
            ("hi", 4),
            ("hs", 6),
            ("equ", 10),
            ("neu", 13),
            ("ltu", 9),
            ("leu", 11),
            ("gtu", 12),
            ("geu", 14),
            ("num", 7),
            ("nan", 8),
        ];
        foreach ((string name, int bits) in known)
        {
            if (reader.Has(name))
            {
                return bits;
            }
        }
        throw reader.Fail("a comparison is missing");
    }
}

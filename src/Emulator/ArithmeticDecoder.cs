namespace Robustness.Emulator;

/// <summary>Decodes integer arithmetic, logic and moves.</summary>
internal static unsafe class ArithmeticDecoder
{
    private const PtxType U32 = PtxType.U32;

    /// <summary>False when the operation belongs to another decoder.</summary>
    public static bool TryDecode(InstructionReader reader, ref Op op)
    {
        string name = reader.Parts[0];
        switch (name)
        {
            case "add"
            or "sub"
            or "mul"
            or "mad"
            or "min"
            or "max"
            or "neg"
            or "abs"
            or "div"
            or "rem" when !PtxTypes.IsFloat(reader.Type()):
                Arithmetic(reader, ref op, name);
                return true;
            case "and" or "or" or "xor" or "not" or "cnot" or "sad" or "brev":
                Logic(reader, ref op, name);
                return true;
            case "shl" or "shr":
                Shift(reader, ref op, name == "shl");
                return true;
            case "popc" or "clz" or "bfind":
                Count(reader, ref op, name);
                return true;
            case "lop3" when reader.Count == 6:
                LogicDecoder.TableWithPredicate(reader, ref op);
                return true;
            case "bfe" or "bfi" or "shf" or "prmt" or "lop3":
                Bits(reader, ref op, name);
                return true;
            case "selp":
                Select(reader, ref op);
                return true;
            default:
                return false;
        }
    }

    private static void Arithmetic(InstructionReader reader, ref Op op, string name)
    {
        PtxType type = reader.Type();
        int operands =
            name is "neg" or "abs" ? 2
            : name == "mad" ? 4
            : 3;
        reader.Expect(operands);
        op.Class = OpClass.Integer;
        if (reader.Has("wide"))
        {
            Wide(reader, ref op, type);
            return;
        }
        bool high = reader.Has("hi");
        _ = reader.Has("lo");
        op.Lanes = name switch
        {
            "add" => type is PtxType.S32 or PtxType.U32 ? &LaneLoops.Vector<VectorAdd<int>, int>
            : PtxTypes.Size(type) == 8 ? &LaneLoops.Vector<VectorAdd<long>, long>
            : Pick<IntAdd>(reader, type),
            "sub" => type is PtxType.S32 or PtxType.U32
                ? &LaneLoops.Vector<VectorSubtract<int>, int>
                : Pick<IntSub>(reader, type),
            "mul" when high => Pick<IntMulHi>(reader, type),
            "mul" => type is PtxType.S32 or PtxType.U32
                ? &LaneLoops.Vector<VectorMultiply<int>, int>
                : Pick<IntMulLo>(reader, type),
            "mad" when high => Pick<IntMadHi>(reader, type),
            "mad" => type is PtxType.S32 or PtxType.U32
                ? &LaneLoops.Vector<VectorMultiplyAdd<int>, int>
                : Pick<IntMadLo>(reader, type),
            "min" => Pick<IntMin>(reader, type),
            "max" => Pick<IntMax>(reader, type),
            "neg" => Pick<IntNeg>(reader, type),
            "abs" => Pick<IntAbs>(reader, type),
            "div" => Pick<IntDiv>(reader, type),
            _ => Pick<IntRem>(reader, type),
        };
        Same(reader, ref op, type);
    }

    private static void Wide(InstructionReader reader, ref Op op, PtxType type)
    {
        PtxType wide = type switch
        {
            PtxType.S16 or PtxType.U16 => PtxType.U32,
            PtxType.S32 or PtxType.U32 => PtxType.U64,
            _ => throw reader.Fail("wide products take 16 or 32 bits"),
        };
        op.Lanes = type switch
        {
            PtxType.S16 => &LaneLoops.Ternary<WideProduct<short, int>, int, short, short, int>,
            PtxType.U16 => &LaneLoops.Ternary<
                WideProduct<ushort, uint>,
                uint,
                ushort,
                ushort,
                uint
            >,
            PtxType.S32 => &LaneLoops.Ternary<WideProduct<int, long>, long, int, int, long>,
            _ => &LaneLoops.Ternary<WideProduct<uint, ulong>, ulong, uint, uint, ulong>,
        };
        Result(reader, ref op, wide);
        op.A = reader.Operand(1, type);
        op.B = reader.Operand(2, type);
        op.C =
            reader.Count > 3
                ? reader.Operand(3, wide)
                : reader.Layout.Constant(0, wide == PtxType.U64);
    }

    private static void Logic(InstructionReader reader, ref Op op, string name)
    {
        PtxType type = reader.Type();
        op.Class = OpClass.Integer;
        reader.Expect(
            name is "not" or "cnot" or "brev" ? 2
            : name == "sad" ? 4
            : 3
        );
        if (type == PtxType.Pred)
        {
            op.Lanes = name switch
            {
                "and" => &PredicateLoops.And,
                "or" => &PredicateLoops.Or,
                "xor" => &PredicateLoops.Xor,
                _ => &PredicateLoops.Not,
            };
        }
        else
        {
            op.Lanes = name switch
            {
                "and" => &LaneLoops.Vector<VectorAnd<int>, int>,
                "or" => &LaneLoops.Vector<VectorOr<int>, int>,
                "xor" => &LaneLoops.Vector<VectorXor<int>, int>,
                "not" => &LaneLoops.Vector<VectorNot<int>, int>,
                "cnot" => Pick<IntCnot>(reader, type),
                "sad" => Pick<IntSad>(reader, type),
                _ => Pick<IntBrev>(reader, type),
            };
            if (PtxTypes.Size(type) == 8)
            {
                op.Lanes = name switch
                {
                    "and" => &LaneLoops.Vector<VectorAnd<long>, long>,
                    "or" => &LaneLoops.Vector<VectorOr<long>, long>,
                    "xor" => &LaneLoops.Vector<VectorXor<long>, long>,
                    "not" => &LaneLoops.Vector<VectorNot<long>, long>,
                    _ => op.Lanes,
                };
            }
        }
        Same(reader, ref op, type);
    }

    private static void Shift(InstructionReader reader, ref Op op, bool left)
    {
        PtxType type = reader.Type();
        reader.Expect(3);
        op.Class = OpClass.Integer;
        op.Lanes = (left, type) switch
        {
            (true, PtxType.B16) => &LaneLoops.Binary<ShiftLeft<ushort>, ushort, ushort, uint>,
            (true, PtxType.B32) => &LaneLoops.Binary<ShiftLeft<uint>, uint, uint, uint>,
            (true, PtxType.B64) => &LaneLoops.Binary<ShiftLeft<ulong>, ulong, ulong, uint>,
            (false, PtxType.B16 or PtxType.U16) => &LaneLoops.Binary<
                ShiftRight<ushort>,
                ushort,
                ushort,
                uint
            >,
            (false, PtxType.S16) => &LaneLoops.Binary<ShiftRight<short>, short, short, uint>,
            (false, PtxType.B32 or PtxType.U32) => &LaneLoops.Binary<
                ShiftRight<uint>,
                uint,
                uint,
                uint
            >,
            (false, PtxType.S32) => &LaneLoops.Binary<ShiftRight<int>, int, int, uint>,
            (false, PtxType.B64 or PtxType.U64) => &LaneLoops.Binary<
                ShiftRight<ulong>,
                ulong,
                ulong,
                uint
            >,
            (false, PtxType.S64) => &LaneLoops.Binary<ShiftRight<long>, long, long, uint>,
            _ => throw reader.Fail("shifts take .b16, .b32 or .b64"),
        };
        Result(reader, ref op, type);
        op.A = reader.Operand(1, type);
        op.B = reader.Operand(2, U32);
    }

    private static void Count(InstructionReader reader, ref Op op, string name)
    {
        PtxType type = reader.Type();
        reader.Expect(2);
        op.Class = OpClass.Integer;
        bool wide = PtxTypes.Size(type) == 8;
        bool shift = name == "bfind" && reader.Has("shiftamt");
        op.Lanes = (name, type) switch
        {
            ("popc", _) when wide => &LaneLoops.Unary<PopCount<ulong>, uint, ulong>,
            ("popc", _) => &LaneLoops.Unary<PopCount<uint>, uint, uint>,
            ("clz", _) when wide => &LaneLoops.Unary<LeadingZeros<ulong>, uint, ulong>,
            ("clz", _) => &LaneLoops.Unary<LeadingZeros<uint>, uint, uint>,
            (_, PtxType.S32) when shift => &LaneLoops.Unary<FindBitShift<int>, uint, int>,
            (_, PtxType.S64) when shift => &LaneLoops.Unary<FindBitShift<long>, uint, long>,
            (_, PtxType.U64) when shift => &LaneLoops.Unary<FindBitShift<ulong>, uint, ulong>,
            _ when shift => &LaneLoops.Unary<FindBitShift<uint>, uint, uint>,
            (_, PtxType.S32) => &LaneLoops.Unary<FindBit<int>, uint, int>,
            (_, PtxType.S64) => &LaneLoops.Unary<FindBit<long>, uint, long>,
            (_, PtxType.U64) => &LaneLoops.Unary<FindBit<ulong>, uint, ulong>,
            _ => &LaneLoops.Unary<FindBit<uint>, uint, uint>,
        };
        Result(reader, ref op, U32);
        op.A = reader.Operand(1, type);
    }

    private static void Bits(InstructionReader reader, ref Op op, string name)
    {
        PtxType type = reader.Type();
        op.Class = OpClass.Integer;
        reader.Expect(name is "bfi" or "lop3" ? 5 : 4);
        bool clamp = name == "shf" && reader.Has("clamp");
        bool left = name == "shf" && reader.Has("l");
        _ = name == "shf" && reader.HasAny("r", "wrap");
        int mode = name == "prmt" ? Array.FindIndex(BitLoops.PermuteModes, reader.Has) : -1;
        op.Mode = mode;
        op.Lanes = (name, type) switch
        {
            ("bfe", PtxType.U32) => &LaneLoops.Ternary<ExtractField<uint>, uint, uint, uint, uint>,
            ("bfe", PtxType.S32) => &LaneLoops.Ternary<ExtractField<int>, int, int, uint, uint>,
            ("bfe", PtxType.U64) => &LaneLoops.Ternary<
                ExtractField<ulong>,
                ulong,
                ulong,
                uint,
                uint
            >,
            ("bfe", PtxType.S64) => &LaneLoops.Ternary<ExtractField<long>, long, long, uint, uint>,
            ("bfi", PtxType.B32) => &BitLoops.InsertField<uint>,
            ("bfi", PtxType.B64) => &BitLoops.InsertField<ulong>,
            ("lop3", PtxType.B32) => &BitLoops.Lop3,
            ("prmt", PtxType.B32) when mode >= 0 => &BitLoops.PermuteMode,
            ("prmt", PtxType.B32) => &LaneLoops.Ternary<Permute, uint, uint, uint, uint>,
            ("shf", PtxType.B32) when left && clamp => &LaneLoops.Ternary<
                FunnelLeftClamp,
                uint,
                uint,
                uint,
                uint
            >,
            ("shf", PtxType.B32) when left => &LaneLoops.Ternary<
                FunnelLeft,
                uint,
                uint,
                uint,
                uint
            >,
            ("shf", PtxType.B32) when clamp => &LaneLoops.Ternary<
                FunnelRightClamp,
                uint,
                uint,
                uint,
                uint
            >,
            ("shf", PtxType.B32) => &LaneLoops.Ternary<FunnelRight, uint, uint, uint, uint>,
            _ => throw reader.Fail("unsupported type"),
        };
        BitOperands(reader, ref op, name, type);
    }

    private static void BitOperands(InstructionReader reader, ref Op op, string name, PtxType type)
    {
        Result(reader, ref op, type);
        op.A = reader.Operand(1, type);
        op.B = reader.Operand(2, name == "bfe" ? U32 : type);
        op.C = reader.Operand(3, U32);
        if (name == "bfi")
        {
            op.X[0] = reader.Operand(4, U32);
        }
        if (name == "lop3")
        {
            PtxOperand table = reader.Source.Operands[4];
            op.Imm =
                table.Kind == PtxOperandKind.Integer && table.Bits < 256
                    ? (long)table.Bits
                    : throw reader.Fail("the table is an integer from 0 to 255");
        }
    }

    private static void Select(InstructionReader reader, ref Op op)
    {
        PtxType type = reader.Type();
        reader.Expect(4);
        op.Class = OpClass.Integer;
        op.Lanes = PtxTypes.Size(type) == 8 ? &BitLoops.Select8 : &BitLoops.Select4;
        Result(reader, ref op, type);
        op.A = reader.Operand(1, type);
        op.B = reader.Operand(2, type);
        op.C = reader.Operand(3, PtxType.Pred);
    }

    /// <summary>All operands have the type of the result.</summary>
    public static void Same(InstructionReader reader, ref Op op, PtxType type)
    {
        Result(reader, ref op, type);
        op.A = reader.Operand(1, type);
        op.B = reader.Count > 2 ? reader.Operand(2, type) : op.A;
        op.C = reader.Count > 3 ? reader.Operand(3, type) : op.A;
    }

    public static void Result(InstructionReader reader, ref Op op, PtxType type)
    {
        op.Width = FrameLayout.Width(type);
        op.D = reader.Destination(reader.Source.Operands[0], type);
    }

    private static delegate* <byte*, byte*, byte*, byte*, Op*, void> Pick<TOp>(
        InstructionReader reader,
        PtxType type
    )
        where TOp : IIntegerOp =>
        type switch
        {
            PtxType.S16 => &LaneLoops.Ternary<IntegerLane<TOp, short>, short, short, short, short>,
            PtxType.U16 or PtxType.B16 => &LaneLoops.Ternary<
                IntegerLane<TOp, ushort>,
                ushort,
                ushort,
                ushort,
                ushort
            >,
            PtxType.S32 => &LaneLoops.Ternary<IntegerLane<TOp, int>, int, int, int, int>,
            PtxType.U32 or PtxType.B32 => &LaneLoops.Ternary<
                IntegerLane<TOp, uint>,
                uint,
                uint,
                uint,
                uint
            >,
            PtxType.S64 => &LaneLoops.Ternary<IntegerLane<TOp, long>, long, long, long, long>,
            PtxType.U64 or PtxType.B64 => &LaneLoops.Ternary<
                IntegerLane<TOp, ulong>,
                ulong,
                ulong,
                ulong,
                ulong
            >,
            _ => throw reader.Fail("unsupported type"),
        };
}

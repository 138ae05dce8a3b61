namespace Robustness.Emulator;

/// <summary>Decodes mma, ldmatrix, stmatrix and the asynchronous copies.</summary>
internal static unsafe class MatrixDecoder
{
    public static bool TryDecode(InstructionReader reader, ref Op op)
    {
        switch (reader.Parts[0])
        {
            case "mma":
                if (!FragmentDecoder.TryProduct(reader, ref op))
                {
                    Multiply(reader, ref op);
                }
                return true;
            case "wmma":
                FragmentDecoder.Decode(reader, ref op);
                return true;
            case "movmatrix":
                Transpose(reader, ref op);
                return true;
            case "ldmatrix" or "stmatrix":
                Transfer(reader, ref op, reader.Parts[0] == "ldmatrix");
                return true;
            case "cp" when reader.Has("async"):
                Copy(reader, ref op);
                return true;
            default:
                return false;
        }
    }

    private static void Multiply(InstructionReader reader, ref Op op)
    {
        Synchronous(reader, ref op);
        op.Class = OpClass.Tensor;
        _ = reader.Has("row") & reader.Has("col");
        PtxType result = reader.Type();
        PtxType input = reader.Type(1);
        PtxType second = reader.Type(2);
        PtxType sum = reader.Type(3);
        string shape =
            Array.Find(reader.Parts, part => part.StartsWith('m') && part.Length > 4) ?? "";
        _ = reader.Has(shape);
        (int a, int flops) = (shape, input) switch
        {
            ("m16n8k16", PtxType.F16 or PtxType.BF16) => (4, 128),
            ("m16n8k8", PtxType.F16 or PtxType.BF16) => (2, 64),
            ("m16n8k8", PtxType.TF32) => (4, 64),
            ("m16n8k4", PtxType.TF32) => (2, 32),
            _ => throw reader.Fail("unsupported shape and type"),
        };
        bool half = result == PtxType.F16;
        bool typed = second == input && (result == PtxType.F32 || (half && input == PtxType.F16));
        if (!typed || sum != result)
        {
            throw reader.Fail("unsupported combination of types");
        }
        reader.Expect(4);
        int d = half ? 2 : 4;
        op.Type = result;
        op.Mode = a;
        op.Flops = flops;
        Fragment(reader, ref op, 0, MatrixOps.D, d, result);
        Fragment(reader, ref op, 1, MatrixOps.A, a, input);
        Fragment(reader, ref op, 2, MatrixOps.B, a / 2, input);
        Fragment(reader, ref op, 3, MatrixOps.C, d, result);
        op.Run = input switch
        {
            PtxType.BF16 => &MatrixOps.Single<BFloatElement>,
            PtxType.F16 => &MatrixOps.Single<HalfElement>,
            _ => &MatrixOps.Single<TensorElement>,
        };
    }

    private static void Fragment(
        InstructionReader reader,
        ref Op op,
        int index,
        int at,
        int count,
        PtxType type
    )
    {
        PtxOperand operand = reader.Source.Operands[index];
        PtxOperand[] items = operand.Kind == PtxOperandKind.Vector ? operand.Items : [operand];
        if (items.Length != count)
        {
            throw reader.Fail(
                $"operand {index + 1} has {items.Length} registers; {count} expected"
            );
        }
        PtxType word = type == PtxType.F32 ? PtxType.F32 : PtxType.B32;
        for (int i = 0; i < count; i++)
        {
            op.X[at + i] =
                index == 0 ? reader.Destination(items[i], word) : reader.Operand(items[i], word);
            if (op.X[at + i] < 0)
            {
                throw reader.Fail("a fragment needs all its registers");
            }
        }
    }

    private static void Transfer(InstructionReader reader, ref Op op, bool load)
    {
        Synchronous(reader, ref op);
        op.Class = OpClass.Memory;
        bool named = reader.HasAny("shared", "shared::cta");
        op.Type = reader.Type();
        if (!reader.Has("m8n8") || op.Type != PtxType.B16)
        {
            throw reader.Fail("only .m8n8 with .b16 is supported");
        }
        op.Count =
            reader.Has("x4") ? 4
            : reader.Has("x2") ? 2
            : reader.Has("x1") ? 1
            : throw reader.Fail(".x1, .x2 or .x4 expected");
        op.Mode = 0;
        op.Target = reader.Has("trans") ? 1 : 0;
        reader.Expect(2);
        PtxOperand data = reader.Source.Operands[load ? 0 : 1];
        PtxOperand[] items = data.Kind == PtxOperandKind.Vector ? data.Items : [data];
        if (items.Length != op.Count)
        {
            throw reader.Fail($"{op.Count} registers expected");
        }
        for (int i = 0; i < op.Count; i++)
        {
            op.X[i] = load
                ? reader.Destination(items[i], PtxType.B32)
                : reader.Operand(items[i], PtxType.B32);
        }
        op.Space = named ? PtxSpace.Shared : PtxSpace.Generic;
        MemoryDecoder.Address(reader, ref op, reader.Source.Operands[load ? 1 : 0]);
        op.Run = load ? &TileOps.Load : &TileOps.Store;
    }

    private static void Transpose(InstructionReader reader, ref Op op)
    {
        Synchronous(reader, ref op);
        op.Class = OpClass.Other;
        reader.Expect(2);
        bool whole = reader.Has("m8n8") & reader.Has("trans");
        if (!whole || reader.Type() != PtxType.B16)
        {
            throw reader.Fail("only .m8n8.trans.b16 exists");
        }
        op.D = reader.Destination(reader.Source.Operands[0], PtxType.B32);
        op.A = reader.Operand(1, PtxType.B32);
        op.Run = &TileOps.Transpose;
    }

    /// <summary>All live lanes run it together.</summary>
    public static void Synchronous(InstructionReader reader, ref Op op)
    {
        op.Kind = OpKind.Collective;
        _ = reader.Has("aligned");
        if (!reader.Has("sync"))
        {
            throw reader.Fail("only the .sync form exists");
        }
        op.X[8] = reader.Layout.Constant(uint.MaxValue, false);
    }

    private static void Copy(InstructionReader reader, ref Op op)
    {
        op.Kind = OpKind.Warp;
        op.Class = OpClass.Memory;
        if (reader.Has("commit_group"))
        {
            reader.Expect(0);
            op.Run = &CopyOps.Commit;
            return;
        }
        bool all = reader.Has("wait_all");
        if (all || reader.Has("wait_group"))
        {
            reader.Expect(all ? 0 : 1);
            op.Imm = all ? -1 : (long)reader.Number(0, 1 << 20);
            op.Run = &CopyOps.Wait;
            return;
        }
        bool shape =
            reader.HasAny("ca", "cg")
            & reader.HasAny("shared", "shared::cta")
            & reader.Has("global");
        bool hint = reader.Has("L2::cache_hint");
        _ = reader.HasAny("L2::64B", "L2::128B", "L2::256B");
        reader.Expect(hint ? 4 : 3, hint ? 5 : 4);
        ulong size = reader.Number(2, 16);
        if (!shape || size is not (4 or 8 or 16) || (reader.Has("cg") && size != 16))
        {
            throw reader.Fail("copies of 4, 8 or 16 bytes from .global to .shared expected");
        }
        op.Count = (int)size;
        op.X[2] = -1;
        op.X[3] = -1;
        bool limited = reader.Count - (hint ? 1 : 0) == 4;
        if (limited)
        {
            PtxOperand limit = reader.Source.Operands[3];
            bool ignore = limit.Register?.Type == PtxType.Pred;
            op.X[ignore ? 3 : 2] = reader.Operand(limit, ignore ? PtxType.Pred : PtxType.U32);
        }
        op.Space = PtxSpace.Global;
        MemoryDecoder.Address(reader, ref op, reader.Source.Operands[0]);
        (op.X[0], op.X[1], op.D2) = (op.A, op.B, (int)op.Imm);
        MemoryDecoder.Address(reader, ref op, reader.Source.Operands[1]);
        op.Run = &CopyOps.Start;
    }
}

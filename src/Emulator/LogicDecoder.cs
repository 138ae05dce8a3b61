namespace Robustness.Emulator;

/// <summary>Decodes lop3 that also says whether its result is not zero.</summary>
internal static unsafe class LogicDecoder
{
    /// <summary>lop3.or or lop3.and with d|p: p = (d != 0) combined with a predicate.</summary>
    public static void TableWithPredicate(InstructionReader reader, ref Op op)
    {
        bool and = reader.Has("and");
        PtxOperand target = reader.Source.Operands[0];
        if (and == reader.Has("or") || target.Kind != PtxOperandKind.Pair)
        {
            throw reader.Fail(".or or .and with results d|p expected");
        }
        if (reader.Type() != PtxType.B32)
        {
            throw reader.Fail("the type is .b32");
        }
        op.Class = OpClass.Integer;
        op.Kind = OpKind.Warp;
        op.Width = 4;
        op.Mode = and ? 1 : 2;
        op.D = reader.Destination(target.Items[0], PtxType.B32);
        op.D2 = reader.Destination(target.Items[1], PtxType.Pred);
        op.A = reader.Operand(1, PtxType.B32);
        op.B = reader.Operand(2, PtxType.B32);
        op.C = reader.Operand(3, PtxType.B32);
        op.Imm = (long)reader.Number(4, 255);
        PtxOperand last = reader.Source.Operands[5];
        op.Count = last.Negated ? 1 : 0;
        op.X[0] = reader.Operand(last with { Negated = false }, PtxType.Pred);
        op.Run = &Run;
    }

    private static void Run(Warp warp, Op* op, uint mask)
    {
        uint* result = stackalloc uint[32];
        BitLoops.Lop3((byte*)result, warp.R + op->A, warp.R + op->B, warp.R + op->C, op);
        uint other = *(uint*)(warp.R + op->X[0]) ^ (op->Count == 1 ? uint.MaxValue : 0);
        uint some = 0;
        for (int lane = 0; lane < 32; lane++)
        {
            some |= result[lane] != 0 ? 1u << lane : 0;
            if (op->D >= 0 && (mask >> lane & 1) != 0)
            {
                ((uint*)(warp.R + op->D))[lane] = result[lane];
            }
        }
        ControlOps.Predicate(warp, op->D2, mask, ControlOps.Combine(op->Mode, some, other));
    }
}

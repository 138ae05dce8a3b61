namespace Robustness.Emulator;

/// <summary>Decodes mbarrier: barriers that are objects in shared memory.</summary>
internal static unsafe class BarrierObjectDecoder
{
    private static readonly string[] Names =
    [
        "init",
        "inval",
        "expect_tx",
        "complete_tx",
        "arrive",
        "arrive_drop",
        "test_wait",
        "try_wait",
        "pending_count",
    ];

    private static readonly string[] Orders =
    [
        "release",
        "acquire",
        "relaxed",
        "cta",
        "cluster",
        "shared::cta",
        "shared",
    ];

    /// <summary>mbarrier; also cp.async.mbarrier.arrive, which follows the copies.</summary>
    public static bool TryDecode(InstructionReader reader, ref Op op)
    {
        bool copies = reader.Parts is ["cp", "async", "mbarrier", "arrive", ..];
        if (reader.Parts[0] != "mbarrier" && !copies)
        {
            return false;
        }
        op.Kind = OpKind.Warp;
        op.Class = OpClass.Control;
        op.Space = reader.HasAny("shared", "shared::cta") ? PtxSpace.Shared : PtxSpace.Generic;
        if (reader.Type() != PtxType.B64)
        {
            throw reader.Fail("a barrier object is .b64");
        }
        if (copies)
        {
            _ = reader.Has("async") & reader.Has("mbarrier") & reader.Has("arrive");
            reader.Expect(1);
            op.D = -1;
            op.Imm = 0;
            op.Target = (int)BarrierAction.Arrive;
            op.Mode = BarrierObjectOps.AfterCopies | StrongMode.Strong | StrongMode.Release;
            op.Mode |= reader.Has("noinc") ? 0 : BarrierObjectOps.CountsItself;
            One(reader, ref op);
            Object(reader, ref op, 0);
            return true;
        }
        string name = reader.Parts[1];
        int action = Array.IndexOf(Names, name);
        if (action < 0 || !reader.Has(name))
        {
            throw reader.Fail("unknown operation on a barrier");
        }
        _ = reader.HasAny(Orders);
        op.Target = action;
        Choose(reader, ref op, (BarrierAction)action);
        op.Mode |= (BarrierAction)action == BarrierAction.Init ? 0 : StrongMode.Strong;
        return true;
    }

    private static void Choose(InstructionReader reader, ref Op op, BarrierAction action)
    {
        op.D = -1;
        switch (action)
        {
            case BarrierAction.Init or BarrierAction.ExpectBytes or BarrierAction.CompleteBytes:
                reader.Expect(2);
                op.X[0] = reader.Operand(1, PtxType.U32);
                Object(reader, ref op, 0);
                break;
            case BarrierAction.Invalidate:
                reader.Expect(1);
                One(reader, ref op);
                Object(reader, ref op, 0);
                break;
            case BarrierAction.Arrive or BarrierAction.ArriveAndDrop:
                bool expects = reader.Has("expect_tx");
                bool open = reader.Has("noComplete");
                op.Mode = StrongMode.Release;
                op.Mode |= expects ? BarrierObjectOps.ExpectsBytes : 0;
                op.Mode |= open ? BarrierObjectOps.NoComplete : 0;
                reader.Expect(expects || open ? 3 : 2, 3);
                op.D = reader.Destination(reader.Source.Operands[0], PtxType.B64);
                One(reader, ref op);
                op.X[0] = reader.Count == 3 ? reader.Operand(2, PtxType.U32) : op.X[0];
                Object(reader, ref op, 1);
                break;
            case BarrierAction.PendingCount:
                reader.Expect(2);
                op.Width = 4;
                op.D = reader.Destination(reader.Source.Operands[0], PtxType.U32);
                op.A = reader.Operand(1, PtxType.B64);
                op.B = op.A;
                op.C = op.A;
                op.Kind = OpKind.Lanes;
                op.Lanes = &BarrierObjectOps.PendingCount;
                break;
            default:
                bool parity = reader.Has("parity");
                reader.Expect(3, action == BarrierAction.TryWait ? 4 : 3);
                op.Mode = parity ? BarrierObjectOps.Parity : 0;
                op.D = reader.Destination(reader.Source.Operands[0], PtxType.Pred);
                op.X[0] = reader.Operand(2, parity ? PtxType.U32 : PtxType.B64);
                Object(reader, ref op, 1);
                break;
        }
    }

    private static void One(InstructionReader reader, ref Op op) =>
        op.X[0] = reader.Layout.Constant(1, false);

    private static void Object(InstructionReader reader, ref Op op, int index)
    {
        MemoryDecoder.Address(reader, ref op, reader.Source.Operands[index]);
        op.Run = &BarrierObjectOps.Run;
    }
}

namespace Robustness.Emulator;

/// <summary>Decodes control flow, barriers, fences and operations across a warp.</summary>
internal static unsafe class ControlDecoder
{
    /// <summary>Words of instructions that have no effect here.</summary>
    private static readonly string[] Hints =
    [
        "u32",
        "global",
        "local",
        "L1",
        "L2",
        "L2::evict_last",
        "L2::evict_normal",
        "mask",
        "launch_dependents",
        "wait",
        "inc",
        "dec",
        "sync",
        "aligned",
    ];

    public static bool TryDecode(InstructionReader reader, ref Op op)
    {
        op.Class = OpClass.Control;
        return TryFlow(reader, ref op) || TryWarp(reader, ref op);
    }

    private static bool TryFlow(InstructionReader reader, ref Op op)
    {
        switch (reader.Parts[0])
        {
            case "bra":
                reader.Expect(1);
                _ = reader.Has("uni");
                op.Kind = OpKind.Branch;
                string label = reader.Source.Operands[0].Name;
                op.Target = reader.Layout.Label(label, reader.Source.Line);
                return true;
            case "ret" or "exit":
                reader.Expect(0);
                _ = reader.Has("uni");
                bool returns = reader.Parts[0] == "ret" && !reader.Layout.IsEntry;
                op.Kind = returns ? OpKind.Return : OpKind.Exit;
                return true;
            case "trap" or "brkpt":
                reader.Expect(0);
                op.Kind = OpKind.Trap;
                return true;
            case "call":
                CallDecoder.Decode(reader, ref op);
                return true;
            case "brx":
                CallDecoder.DecodeBranch(reader, ref op);
                return true;
            default:
                return false;
        }
    }

    private static bool TryWarp(InstructionReader reader, ref Op op)
    {
        switch (reader.Parts[0])
        {
            case "bar" or "barrier":
                Barrier(reader, ref op);
                return true;
            case "membar" or "fence":
                reader.Expect(0);
                op.Kind = OpKind.Warp;
                op.Run = &ControlOps.Fence;
                _ = reader.HasAny("cta", "gl", "sys", "gpu", "sc", "acq_rel", "cluster");
                _ = reader.HasAny("acquire", "release", "proxy", "alias", "mbarrier_init");
                _ = reader.HasAny("async", "async.global", "global", "shared::cta");
                return true;
            case "nanosleep":
                reader.Expect(1);
                op.Kind = OpKind.Warp;
                op.Run = &ControlOps.Yield;
                _ = reader.Type();
                return true;
            case "prefetch"
            or "prefetchu"
            or "pmevent"
            or "griddepcontrol"
            or "discard"
            or "applypriority"
            or "setmaxnreg":
                op.Kind = OpKind.Warp;
                op.Run = &ControlOps.Nothing;
                _ = reader.HasAny(Hints);
                return true;
            case "createpolicy":
                Policy(reader, ref op);
                return true;
            case "activemask":
                reader.Expect(1);
                op.Kind = OpKind.Warp;
                op.Run = &ControlOps.ActiveMask;
                ArithmeticDecoder.Result(reader, ref op, reader.Type());
                return true;
            case "shfl" or "vote" or "redux" or "match":
                Collective(reader, ref op);
                return true;
            case "elect":
                Elect(reader, ref op);
                return true;
            default:
                return false;
        }
    }

    private static void Barrier(InstructionReader reader, ref Op op)
    {
        bool warp = reader.Has("warp");
        bool aligned = reader.Has("aligned") || reader.Parts[0] == "bar";
        _ = reader.Has("cta");
        if (warp)
        {
            reader.Expect(1);
            op.Kind = OpKind.Collective;
            op.Mode = BlockRunner.SyncOnly;
            op.X[8] = reader.Operand(0, PtxType.U32);
            op.Run = &ControlOps.Nothing;
            _ = reader.Has("sync") ? true : throw reader.Fail("bar.warp.sync expected");
            return;
        }
        op.Kind = OpKind.Barrier;
        op.Count = aligned ? 1 : 0;
        int first = 0;
        if (reader.Has("red"))
        {
            Reduction(reader, ref op);
            first = 1;
        }
        else
        {
            op.Mode = reader.Has("arrive") ? BarrierMode.Arrive : BarrierMode.Sync;
            bool arrives = op.Mode == BarrierMode.Arrive;
            reader.Expect(arrives ? 2 : 1, 2);
            _ = arrives || reader.Has("sync") ? true : throw reader.Fail("unknown barrier");
        }
        op.A = reader.Operand(first, PtxType.U32);
        bool counted = reader.Count == (first == 1 ? 4 : 2);
        op.B = counted ? reader.Operand(first + 1, PtxType.U32) : -1;
    }

    /// <summary>bar.red: a count, or the and or the or of all threads' predicates.</summary>
    private static void Reduction(InstructionReader reader, ref Op op)
    {
        reader.Expect(3, 4);
        op.Mode =
            reader.Has("popc") ? BarrierMode.Count
            : reader.Has("and") ? BarrierMode.And
            : reader.Has("or") ? BarrierMode.Or
            : throw reader.Fail(".popc, .and or .or expected");
        op.D = reader.Destination(reader.Source.Operands[0], reader.Type());
        PtxOperand last = reader.Source.Operands[^1];
        op.Imm = last.Negated ? 1 : 0;
        op.C = reader.Operand(last with { Negated = false }, PtxType.Pred);
    }

    private static void Collective(InstructionReader reader, ref Op op)
    {
        if (!reader.Has("sync"))
        {
            throw reader.Fail("only the .sync form is supported");
        }
        op.Kind = OpKind.Collective;
        op.Class = OpClass.Other;
        PtxType type = reader.Type();
        string name = reader.Parts[0];
        string[] modes = name switch
        {
            "shfl" => ["up", "down", "bfly", "idx"],
            "vote" => ["ballot", "any", "all", "uni"],
            "match" => ["any", "all"],
            _ => ["add", "min", "max", "and", "or", "xor"],
        };
        op.Mode = Array.FindIndex(modes, mode => reader.Has(mode));
        reader.Expect(name == "shfl" ? 5 : 3);
        if (op.Mode < 0)
        {
            throw reader.Fail("the operation is missing");
        }
        op.Type = type;
        PtxOperand target = reader.Source.Operands[0];
        bool pair = target.Kind == PtxOperandKind.Pair;
        op.Width = FrameLayout.Width(type);
        PtxType result = name == "match" ? PtxType.B32 : type;
        op.Stride = FrameLayout.Width(type);
        op.D = reader.Destination(pair ? target.Items[0] : target, result);
        op.D2 = pair ? reader.Destination(target.Items[1], PtxType.Pred) : -1;
        PtxOperand first = reader.Source.Operands[1];
        op.Count = name == "vote" && first.Negated ? 1 : 0;
        op.A = reader.Operand(
            name == "vote" ? first with { Negated = false } : first,
            name == "vote" ? PtxType.Pred : type
        );
        op.B = name == "shfl" ? reader.Operand(2, PtxType.U32) : op.A;
        op.C = name == "shfl" ? reader.Operand(3, PtxType.U32) : op.A;
        op.X[8] = reader.Operand(reader.Count - 1, PtxType.U32);
        op.Run = name switch
        {
            "shfl" => &ControlOps.Shuffle,
            "vote" => &ControlOps.Vote,
            "match" => op.Mode == 0 ? &MatchOps.Any : &MatchOps.All,
            _ => &ControlOps.Reduce,
        };
    }

    private static void Elect(InstructionReader reader, ref Op op)
    {
        reader.Expect(2);
        PtxOperand target = reader.Source.Operands[0];
        if (!reader.Has("sync") || target.Kind != PtxOperandKind.Pair)
        {
            throw reader.Fail("elect.sync d|p, mask expected");
        }
        op.Kind = OpKind.Collective;
        op.D = reader.Destination(target.Items[0], PtxType.B32);
        op.D2 = reader.Destination(target.Items[1], PtxType.Pred);
        op.X[8] = reader.Operand(1, PtxType.U32);
        op.Run = &MatchOps.Elect;
    }

    /// <summary>A cache policy: any value does, since nobody acts on it.</summary>
    private static void Policy(InstructionReader reader, ref Op op)
    {
        reader.Expect(1, 5);
        foreach (string part in reader.Parts)
        {
            bool hint = part is "fractional" or "range" or "cvt" or "L2" or "global";
            _ = (hint || part.StartsWith("L2::", StringComparison.Ordinal)) && reader.Has(part);
        }
        op.Lanes = &LaneLoops.Vector<VectorMove<long>, long>;
        ArithmeticDecoder.Result(reader, ref op, reader.Type());
        op.A = reader.Layout.Constant(0, true);
        op.B = op.A;
        op.C = op.A;
    }
}

namespace Robustness.Emulator;

/// <summary>Decodes control flow, barriers, fences and operations across a warp.</summary>
internal static unsafe class ControlDecoder
{
    public static bool TryDecode(InstructionReader reader, ref Op op)
    {
        op.Class = OpClass.Control;
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
                op.Kind = OpKind.Exit;
                return true;
            case "trap" or "brkpt":
                reader.Expect(0);
                op.Kind = OpKind.Exit;
                op.Mode = 1;
                return true;
            case "bar" or "barrier":
                Barrier(reader, ref op);
                return true;
            case "membar" or "fence" or "nanosleep" or "prefetch" or "prefetchu" or "pmevent":
                op.Kind = OpKind.Warp;
                op.Run = &ControlOps.Nothing;
                _ = reader.HasAny(
                    "cta",
                    "gl",
                    "sys",
                    "gpu",
                    "sc",
                    "acq_rel",
                    "u32",
                    "global",
                    "L1",
                    "L2"
                );
                return true;
            case "activemask":
                reader.Expect(1);
                op.Kind = OpKind.Warp;
                op.Run = &ControlOps.ActiveMask;
                ArithmeticDecoder.Result(reader, ref op, reader.Type());
                return true;
            case "shfl" or "vote" or "redux":
                Collective(reader, ref op);
                return true;
            default:
                return false;
        }
    }

    private static void Barrier(InstructionReader reader, ref Op op)
    {
        bool warp = reader.Has("warp");
        _ = reader.HasAny("cta", "aligned");
        if (!reader.Has("sync"))
        {
            throw reader.Fail("only the .sync form is supported");
        }
        reader.Expect(1, warp ? 1 : 2);
        if (warp)
        {
            op.Kind = OpKind.Collective;
            op.X[8] = reader.Operand(0, PtxType.U32);
            op.Run = &ControlOps.Nothing;
            return;
        }
        op.Kind = OpKind.Barrier;
        op.A = reader.Operand(0, PtxType.U32);
        op.B = reader.Count > 1 ? reader.Operand(1, PtxType.U32) : -1;
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
        op.D = reader.Destination(pair ? target.Items[0] : target, type);
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
            _ => &ControlOps.Reduce,
        };
    }
}

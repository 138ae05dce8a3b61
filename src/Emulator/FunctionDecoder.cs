namespace Robustness.Emulator;

/// <summary>
/// Decodes one function into its stretch of a kernel's code: once with a slot for every register,
/// to learn which live when, and again with shared slots.
/// </summary>
internal static unsafe class FunctionDecoder
{
    private const int MostRegisters = 1 << 18;

    public static void Decode(
        DecodedFunction function,
        DecodeContext context,
        Span<Op> code,
        int* vectors
    )
    {
        PtxFunction source = function.Source;
        if (source.Registers.Count > MostRegisters)
        {
            throw new PtxException(source.Line, source.Name, "too many registers");
        }
        var uses = new int[code.Length][];
        var definitions = new int[code.Length][];
        var separate = new FrameLayout(function, context, SlotPlan.Separate(source.Registers));
        DecodeAll(separate, function, code, vectors, uses, definitions);
        var flow = new ControlFlow(code, function.Start, context.Kernel.Tables);
        int count = source.Registers.Count;
        (int, int)[]? lives = RegisterLives.Find(flow, uses, definitions, count);
        if (lives is not null)
        {
            SlotPlan plan = SlotPlan.Shared(source.Registers, lives);
            var shared = new FrameLayout(function, context, plan);
            DecodeAll(shared, function, code, vectors, uses, definitions);
        }
    }

    private static void DecodeAll(
        FrameLayout layout,
        DecodedFunction function,
        Span<Op> code,
        int* vectors,
        int[][] uses,
        int[][] definitions
    )
    {
        for (int i = 0; i < code.Length; i++)
        {
            layout.Uses.Clear();
            layout.Definitions.Clear();
            var op = new Op
            {
                D2 = -1,
                Guard = -1,
                Index = function.Start + i,
                X = vectors + ((function.Start + i) * Op.VectorLength),
            };
            if (i == code.Length - 1)
            {
                op.Kind = layout.IsEntry ? OpKind.Exit : OpKind.Return;
                op.Class = OpClass.Control;
            }
            else
            {
                DecodeOne(function.Source.Code[i], layout, ref op);
            }
            code[i] = op;
            bool guarded = op.Guard >= 0;
            uses[i] = guarded ? [.. layout.Uses, .. layout.Definitions] : [.. layout.Uses];
            definitions[i] = [.. layout.Definitions];
        }
    }

    /// <summary>Whether an instruction may have _ in place of its result, or has none.</summary>
    private static bool MayDrop(PtxInstruction source) =>
        source.Parts[0] is "atom" or "red" or "shfl" or "elect" or "setp" or "mbarrier" or "cp"
        || (source.Parts[0] is "match" or "lop3" && source.Operands[0].Items.Length == 2);

    private static void DecodeOne(PtxInstruction source, FrameLayout layout, ref Op op)
    {
        var reader = new InstructionReader(source, layout);
        if (source.Guard is not null)
        {
            op.Guard = layout.Use(source.Guard);
            op.GuardNegated = source.GuardNegated;
        }
        bool known =
            PackOps.TryDecode(reader, ref op)
            || ByteFloats.TryDecode(reader, ref op)
            || MoveDecoder.TryDecode(reader, ref op)
            || MemoryDecoder.TryDecode(reader, ref op)
            || BarrierObjectDecoder.TryDecode(reader, ref op)
            || MatrixDecoder.TryDecode(reader, ref op)
            || ControlDecoder.TryDecode(reader, ref op)
            || CarryOps.TryDecode(reader, ref op)
            || DotOps.TryDecode(reader, ref op)
            || VideoOps.TryDecode(reader, ref op)
            || ClampedOps.TryDecode(reader, ref op)
            || SelectDecoder.TryDecode(reader, ref op)
            || ArithmeticDecoder.TryDecode(reader, ref op)
            || FloatDecoder.TryDecode(reader, ref op);
        if (!known)
        {
            throw new PtxException(source.Line, source.Text, "unsupported instruction");
        }
        reader.CheckModifiers();
        FormRules.Check(reader);
        if (op.D < 0 && (op.Kind is OpKind.Lanes || !MayDrop(source)))
        {
            throw reader.Fail("the result must be a register");
        }
        if (op.Guard >= 0 && op.Kind <= OpKind.Warp)
        {
            op.Kind = op.Kind == OpKind.Lanes ? OpKind.GuardedLanes : OpKind.GuardedWarp;
        }
    }
}

namespace Robustness.Emulator;

/// <summary>Decodes loads, stores and atomics.</summary>
internal static unsafe class MemoryDecoder
{
    private static readonly string[] Hints =
    [
        "ca",
        "cg",
        "cs",
        "lu",
        "cv",
        "wb",
        "wt",
        "nc",
        "weak",
        "gpu",
        "cta",
        "sys",
        "cluster",
        "L1::no_allocate",
        "L1::evict_normal",
        "L1::evict_last",
        "L1::evict_first",
        "L1::evict_unchanged",
        "L2::evict_last",
        "L2::evict_normal",
        "L2::evict_first",
        "L2::64B",
        "L2::128B",
        "L2::256B",
        "entry",
        "func",
    ];

    private static readonly string[] Operations =
    [
        .. Enum.GetNames<AtomicOperation>().Select(name => name.ToLowerInvariant()),
    ];

    public static bool TryDecode(InstructionReader reader, ref Op op)
    {
        string name = reader.Parts[0];
        if (name is not ("ld" or "ldu" or "st" or "atom" or "red"))
        {
            return false;
        }
        _ = reader.HasAny(Hints);
        bool strong = reader.HasAny("volatile", "relaxed", "acquire", "release", "acq_rel", "mmio");
        op.Kind = OpKind.Warp;
        op.Class = OpClass.Memory;
        op.Space = Space(reader);
        op.Mode = strong || name is "atom" or "red" ? StrongMode.Strong : 0;
        op.Mode |= reader.HasAny("release", "acq_rel") ? StrongMode.Release : 0;
        if (name is "ld" or "ldu" or "st")
        {
            Access(reader, ref op, name != "st");
        }
        else
        {
            Atomic(reader, ref op, name == "red");
        }
        return true;
    }

    private static PtxSpace Space(InstructionReader reader) =>
        reader.Has("global") ? PtxSpace.Global
        : reader.HasAny("shared", "shared::cta") ? PtxSpace.Shared
        : reader.Has("local") ? PtxSpace.Local
        : reader.Has("const") ? PtxSpace.Const
        : reader.HasAny("param", "param::entry", "param::func") ? PtxSpace.Param
        : PtxSpace.Generic;

    private static void Access(InstructionReader reader, ref Op op, bool load)
    {
        int vector =
            reader.Has("v4") ? 4
            : reader.Has("v2") ? 2
            : 1;
        op.Type = reader.Type();
        bool policy = reader.Has("L2::cache_hint");
        reader.Expect(policy ? 3 : 2);
        if (op.Type == PtxType.Pred || !PtxTypes.IsStored(op.Type))
        {
            throw reader.Fail("unsupported type");
        }
        PtxOperand data = reader.Source.Operands[load ? 0 : 1];
        PtxOperand[] items = data.Kind == PtxOperandKind.Vector ? data.Items : [data];
        if (items.Length != vector)
        {
            throw reader.Fail($"{vector} data operands expected");
        }
        op.Count = vector;
        PtxType register = items[0].Register?.Type ?? op.Type;
        op.Stride = Math.Max(FrameLayout.Width(register), FrameLayout.Width(op.Type));
        PtxType kind =
            op.Stride == 8 ? PtxType.B64
            : PtxTypes.IsFloat(op.Type) ? op.Type
            : PtxType.B32;
        kind = op.Stride == 8 && op.Type == PtxType.F64 ? PtxType.F64 : kind;
        for (int i = 0; i < vector; i++)
        {
            op.X[i] = load ? reader.Destination(items[i], kind) : reader.Operand(items[i], kind);
        }
        Address(reader, ref op, reader.Source.Operands[load ? 1 : 0]);
        op.Run = load ? &MemoryOps.Load : &MemoryOps.Store;
    }

    public static void Address(InstructionReader reader, ref Op op, PtxOperand address)
    {
        if (address.Kind != PtxOperandKind.Address)
        {
            throw reader.Fail("an address in brackets expected");
        }
        PtxOperand item = address.Items[0];
        bool narrow = item.Register is { } register && FrameLayout.Width(register.Type) == 4;
        op.A = reader.Operand(item, narrow ? PtxType.U32 : PtxType.U64);
        op.B = narrow ? 1 : 0;
        op.Imm = address.Offset;
        bool own = item.Variable is { Space: PtxSpace.Param } && reader.Layout.IsEntry;
        bool called = item.Kind == PtxOperandKind.Symbol || !reader.Layout.IsEntry;
        if (op.Space == PtxSpace.Param && !own && called)
        {
            op.Space = PtxSpace.Local;
        }
    }

    private static void Atomic(InstructionReader reader, ref Op op, bool reduction)
    {
        op.Type = reader.Type();
        _ = reader.Has("noftz");
        op.Target = Array.FindIndex(Operations, name => reader.Has(name));
        int first = reduction ? 0 : 1;
        bool swaps = op.Target == (int)AtomicOperation.Cas;
        bool policy = reader.Has("L2::cache_hint");
        reader.Expect(first + (swaps ? 3 : 2) + (policy ? 1 : 0));
        if (!Fits((AtomicOperation)op.Target, op.Type))
        {
            throw reader.Fail("unsupported atomic operation");
        }
        op.Stride = FrameLayout.Width(op.Type);
        op.D = reduction ? -1 : reader.Destination(reader.Source.Operands[0], op.Type);
        Address(reader, ref op, reader.Source.Operands[first]);
        op.X[0] = reader.Operand(first + 1, op.Type);
        op.X[1] = swaps ? reader.Operand(first + 2, op.Type) : op.X[0];
        op.Count = 1;
        op.Run = &AtomicOps.Run;
    }

    private static bool Fits(AtomicOperation operation, PtxType type)
    {
        int size = PtxTypes.Size(type);
        bool halves = type is PtxType.F16 or PtxType.BF16 or PtxType.F16x2 or PtxType.BF16x2;
        return operation switch
        {
            AtomicOperation.Add => halves
                || (size is 4 or 8 && type is not (PtxType.B32 or PtxType.B64)),
            AtomicOperation.Cas or AtomicOperation.Exch => size is 2 or 4 or 8 && !halves,
            < 0 => false,
            _ => size is 4 or 8 && !PtxTypes.IsFloat(type),
        };
    }
}

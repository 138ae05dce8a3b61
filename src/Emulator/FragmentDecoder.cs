using System.Globalization;

namespace Robustness.Emulator;

/// <summary>Decodes wmma, and mma of f64, integers and single bits.</summary>
internal static unsafe class FragmentDecoder
{
    private static readonly string[] Left = ["m16n16k16", "m32n8k16", "m8n32k16"];
    private static readonly string[] Loaded = ["a", "b", "c"];
    private static readonly string[] Stored = ["", "", "d"];

    /// <summary>Shapes of wmma by the type of the operands.</summary>
    private static string[] WarpShapes(PtxType type) =>
        type switch
        {
            PtxType.F16 or PtxType.BF16 or PtxType.S8 or PtxType.U8 => Left,
            PtxType.TF32 => ["m16n16k8"],
            PtxType.F64 => ["m8n8k4"],
            PtxType.S4 or PtxType.U4 => ["m8n8k32"],
            PtxType.B1 => ["m8n8k128"],
            _ => [],
        };

    private static string[] Shapes(PtxType type) =>
        type switch
        {
            PtxType.F64 => ["m8n8k4", "m16n8k4", "m16n8k8", "m16n8k16"],
            PtxType.S8 or PtxType.U8 => ["m8n8k16", "m16n8k16", "m16n8k32"],
            PtxType.S4 or PtxType.U4 => ["m8n8k32", "m16n8k32", "m16n8k64"],
            PtxType.B1 => ["m8n8k128", "m16n8k128", "m16n8k256"],
            _ => [],
        };

    /// <summary>f16 with sums of another type than the result.</summary>
    private static readonly string[] Mixed = ["m16n8k8", "m16n8k16"];

    /// <summary>mma of the types that are computed on whole matrices; false for others.</summary>
    public static bool TryProduct(InstructionReader reader, ref Op op)
    {
        PtxType type = reader.Type(1);
        bool mixed = type == PtxType.F16 && reader.Type() != reader.Type(3);
        if (Shapes(type).Length == 0 && !mixed)
        {
            return false;
        }
        (string name, int m, int n, int k) = Shape(reader);
        if (!(reader.Has("row") & reader.Has("col")))
        {
            throw reader.Fail("A is .row and B is .col");
        }
        bool shape = (mixed ? Mixed : Shapes(type)).Contains(name);
        Product(reader, ref op, (m, n, k), [type, reader.Type(2)], shape);
        return true;
    }

    public static void Decode(InstructionReader reader, ref Op op)
    {
        if (reader.Has("mma"))
        {
            Multiply(reader, ref op);
            return;
        }
        bool load = reader.Has("load");
        if (!load && !reader.Has("store"))
        {
            throw reader.Fail(".load, .store or .mma expected");
        }
        MatrixDecoder.Synchronous(reader, ref op);
        op.Class = OpClass.Memory;
        (string name, int m, int n, int k) = Shape(reader);
        PtxType type = reader.Type();
        int which = Array.FindIndex(load ? Loaded : Stored, reader.Has);
        bool row = reader.Has("row");
        if (which < 0 || (!row && !reader.Has("col")))
        {
            throw reader.Fail("which matrix, and .row or .col, expected");
        }
        bool sum = which == 2;
        bool known = sum
            ? type is PtxType.F16 or PtxType.F32 or PtxType.S32 or PtxType.F64
            : WarpShapes(type).Contains(name);
        known &= !sum || (type == PtxType.F64) == (name == "m8n8k4");
        known &= Fragment.BitsOf(type) >= 8 || row == (which == 0);
        if (!known)
        {
            throw reader.Fail("unsupported shape and type");
        }
        reader.Expect(2, 3);
        (int rows, int columns) = which switch
        {
            0 => (m, k),
            1 => (k, n),
            _ => (m, n),
        };
        FragmentOrder order = sum ? FragmentOrder.Sum : FragmentOrder.Dealt;
        Fragment fragment = Read(reader, load ? 0 : 1, (rows, columns), type, order, load);
        DecodedKernel kernel = reader.Layout.Context.Kernel;
        op.Target = kernel.Transfers.Count;
        kernel.Transfers.Add(new FragmentTransfer(fragment, row));
        op.Space =
            reader.Has("global") ? PtxSpace.Global
            : reader.HasAny("shared", "shared::cta") ? PtxSpace.Shared
            : PtxSpace.Generic;
        MemoryDecoder.Address(reader, ref op, reader.Source.Operands[load ? 1 : 0]);
        op.X[0] = reader.Count == 3 ? reader.Operand(2, PtxType.U32) : -1;
        op.Run = load ? &FragmentOps.Load : &FragmentOps.Store;
    }

    private static void Multiply(InstructionReader reader, ref Op op)
    {
        (string name, int m, int n, int k) = Shape(reader);
        int types = reader.Parts.Count(part => PtxTypes.TryParse(part, out _));
        PtxType left = types == 2 ? PtxType.F16 : reader.Type(1);
        PtxType right = types == 2 ? PtxType.F16 : reader.Type(2);
        // Fragments know no layout, so that it does not matter here which one was named.
        _ = reader.HasAny("row", "col");
        int second = Array.FindLastIndex(reader.Parts, part => part is "row" or "col");
        reader.Use(second);
        Product(reader, ref op, (m, n, k), [left, right], WarpShapes(left).Contains(name));
    }

    private static void Product(
        InstructionReader reader,
        ref Op op,
        (int M, int N, int K) size,
        PtxType[] operands,
        bool shape
    )
    {
        MatrixDecoder.Synchronous(reader, ref op);
        op.Class = OpClass.Tensor;
        (int m, int n, int k) = size;
        bool warp = reader.Parts[0] == "wmma";
        (PtxType left, PtxType right) = (operands[0], operands[1]);
        int types = reader.Parts.Count(part => PtxTypes.TryParse(part, out _));
        PtxType result = reader.Type();
        PtxType sum = reader.Type(types - 1);
        bool typed = left switch
        {
            PtxType.F64 => result == PtxType.F64 && sum == result && right == left,
            PtxType.BF16 or PtxType.TF32 => result == PtxType.F32 && sum == result && right == left,
            PtxType.F16 => right == left
                && result is PtxType.F16 or PtxType.F32
                && sum is PtxType.F16 or PtxType.F32,
            _ => result == PtxType.S32 && sum == result && Fits(left, right),
        };
        if (!typed || !shape)
        {
            throw reader.Fail("unsupported combination of shape and types");
        }
        reader.Expect(4);
        bool bits = left == PtxType.B1;
        string bitwise =
            !bits ? ""
            : reader.Has("xor") ? "xor"
            : reader.Has("and") ? "and"
            : throw reader.Fail(".xor.popc or .and.popc expected");
        _ = bits && reader.Has("popc");
        _ = left == PtxType.F64 && reader.Has("rn");
        bool clamps = reader.Has("satfinite");
        FragmentOrder first = warp ? FragmentOrder.Dealt : FragmentOrder.Left;
        FragmentOrder next = warp ? FragmentOrder.Dealt : FragmentOrder.Right;
        var product = new FragmentProduct(
            Read(reader, 0, (m, n), result, FragmentOrder.Sum, true),
            Read(reader, 1, (m, k), left, first, false),
            Read(reader, 2, (k, n), right, next, false),
            Read(reader, 3, (m, n), sum, FragmentOrder.Sum, false),
            clamps,
            bitwise
        );
        op.Target = reader.Layout.Context.Kernel.Products.Count;
        reader.Layout.Context.Kernel.Products.Add(product);
        op.Flops = 2 * m * n * k / 32;
        op.Run = &FragmentOps.Multiply;
    }

    private static bool Fits(PtxType left, PtxType right) =>
        Fragment.BitsOf(left) == Fragment.BitsOf(right)
        && right is PtxType.S8 or PtxType.U8 or PtxType.S4 or PtxType.U4 or PtxType.B1;

    /// <summary>The instruction's shape: m, n and k as in m16n8k32.</summary>
    private static (string Name, int M, int N, int K) Shape(InstructionReader reader)
    {
        string name =
            Array.Find(reader.Parts, part => part.Length > 5 && part[0] == 'm' && part[1] < 'A')
            ?? throw reader.Fail("the shape is missing");
        _ = reader.Has(name);
        int[] sizes =
        [
            .. name[1..]
                .Split('n', 'k')
                .Select(part =>
                    int.TryParse(part, CultureInfo.InvariantCulture, out int size) ? size : 0
                ),
        ];
        return sizes.Length == 3
            ? (name, sizes[0], sizes[1], sizes[2])
            : throw reader.Fail($"unknown shape .{name}");
    }

    private static Fragment Read(
        InstructionReader reader,
        int index,
        (int Rows, int Columns) size,
        PtxType type,
        FragmentOrder order,
        bool written
    )
    {
        PtxOperand operand = reader.Source.Operands[index];
        PtxOperand[] items = operand.Kind == PtxOperandKind.Vector ? operand.Items : [operand];
        int count = Fragment.Registers(size.Rows, size.Columns, type, order);
        if (items.Length != count)
        {
            string found = $"operand {index + 1} has {items.Length} registers";
            throw reader.Fail($"{found}; {count} expected");
        }
        PtxType word =
            type == PtxType.F64 ? PtxType.F64
            : type == PtxType.F32 ? PtxType.F32
            : PtxType.B32;
        int[] slots =
        [
            .. items.Select(item =>
                written ? reader.Destination(item, word) : reader.Operand(item, word)
            ),
        ];
        return slots.Contains(-1)
            ? throw reader.Fail("a fragment needs all its registers")
            : new Fragment(size.Rows, size.Columns, type, order, slots);
    }
}

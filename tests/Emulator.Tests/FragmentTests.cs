using Robustness.Emulator;

namespace Robustness.Tests;

/// <summary>wmma, and mma of f64, integers and bits, against plain loops.</summary>
internal sealed class FragmentTests
{
    private static string Registers(string prefix, int count) =>
        "{" + string.Join(", ", Enumerable.Range(0, count).Select(i => $"%{prefix}{i}")) + "}";

    /// <summary>A kernel over A, B, C and room for D, each of 4096 bytes.</summary>
    private static string Kernel(string loads, string product, string store) =>
        PtxBench.Wrap(
            $$"""
            .reg .b32 %a<8>; .reg .b32 %b<8>; .reg .b32 %c<8>; .reg .b32 %d<8>;
            .reg .f32 %x<8>; .reg .f32 %y<8>; .reg .f64 %u<4>;
            {{loads}}
            {{product}}
            {{store}}
            """
        );

    private static byte[] Buffer() => new byte[4 * 4096];

    private static int A(int row, int k) => ((row * 3) + (k * 5)) % 7 - 3;

    private static int B(int k, int column) => ((k * 2) + (column * 3)) % 5 - 2;

    private static int C(int row, int column) => row - column;

    private static int Expected(int row, int column, int depth) =>
        C(row, column) + Enumerable.Range(0, depth).Sum(k => A(row, k) * B(k, column));

    private static void Put(byte[] data, int at, int index, string type, int value)
    {
        Span<byte> to = data.AsSpan(at);
        switch (type)
        {
            case "f16":
                BitConverter.TryWriteBytes(to[(2 * index)..], (Half)value);
                break;
            case "bf16":
                uint bits = BitConverter.SingleToUInt32Bits(value) >> 16;
                BitConverter.TryWriteBytes(to[(2 * index)..], (ushort)bits);
                break;
            case "f64":
                BitConverter.TryWriteBytes(to[(8 * index)..], (double)value);
                break;
            case "s8" or "u8":
                data[at + index] = (byte)value;
                break;
            case "s4":
                data[at + (index / 2)] |= (byte)((value & 15) << (4 * (index & 1)));
                break;
            case "s32":
                BitConverter.TryWriteBytes(to[(4 * index)..], value);
                break;
            default:
                BitConverter.TryWriteBytes(to[(4 * index)..], (float)value);
                break;
        }
    }

    private static double Get(byte[] data, int at, int index, string type) =>
        type switch
        {
            "f16" => (double)BitConverter.ToHalf(data, at + (2 * index)),
            "f64" => BitConverter.ToDouble(data, at + (8 * index)),
            "s32" => BitConverter.ToInt32(data, at + (4 * index)),
            _ => BitConverter.ToSingle(data, at + (4 * index)),
        };

    [TestCase(16, 16, 16, "f16", "f32", 8, 8, "row", "col")]
    [TestCase(16, 16, 16, "f16", "f16", 8, 8, "col", "row")]
    [TestCase(32, 8, 16, "f16", "f32", 8, 8, "row", "row")]
    [TestCase(8, 32, 16, "f16", "f32", 8, 8, "col", "col")]
    [TestCase(16, 16, 16, "bf16", "f32", 4, 4, "row", "col")]
    [TestCase(32, 8, 16, "bf16", "f32", 8, 2, "row", "col")]
    [TestCase(16, 16, 8, "tf32", "f32", 4, 4, "row", "col")]
    [TestCase(16, 16, 16, "s8", "s32", 2, 2, "row", "col")]
    [TestCase(8, 32, 16, "s8", "s32", 1, 4, "row", "col")]
    [TestCase(8, 8, 32, "s4", "s32", 1, 1, "row", "col")]
    [TestCase(8, 8, 4, "f64", "f64", 1, 1, "row", "col")]
    public void WarpProducts(
        int m,
        int n,
        int k,
        string type,
        string sum,
        int left,
        int right,
        string rows,
        string columns
    )
    {
        byte[] data = Buffer();
        bool rowA = rows == "row";
        bool rowB = columns == "row";
        for (int i = 0; i < m * k; i++)
        {
            Put(data, 0, rowA ? i : (i % k * m) + (i / k), type, A(i / k, i % k));
        }
        for (int i = 0; i < k * n; i++)
        {
            Put(data, 4096, rowB ? i : (i % n * k) + (i / n), type, B(i / n, i % n));
        }
        for (int i = 0; i < m * n; i++)
        {
            Put(data, 8192, i, sum, C(i / n, i % n));
        }
        string shape = $"m{m}n{n}k{k}";
        string space = m == 32 ? "" : ".global";
        bool wide = type == "f64";
        int sums = m * n / 32 / (sum == "f16" ? 2 : 1);
        (string c, string d) = sum switch
        {
            "f32" => (Registers("x", sums), Registers("y", sums)),
            "f64" => ("{%u2, %u3}", "{%u2, %u3}"),
            _ => (Registers("c", sums), Registers("d", sums)),
        };
        string a = wide ? "{%u0}" : Registers("a", left);
        string b = wide ? "{%u1}" : Registers("b", right);
        string types = type == "f16" ? $"{sum}.{sum}" : $"{sum}.{type}.{type}.{sum}";
        string loads = $"""
            wmma.load.a.sync.aligned.{rows}.{shape}{space}.{type} {a}, [%rd9], {(rowA ? k : m)};
            wmma.load.b.sync.aligned.{columns}.{shape}{space}.{type} {b}, [%rd9+4096];
            wmma.load.c.sync.aligned.row.{shape}{space}.{sum} {c}, [%rd9+8192], {n};
            """;
        string product =
            $"wmma.mma.sync.aligned.{rows}.{columns}.{shape}.{types} {d}, {a}, {b}, {c};";
        string store =
            $"wmma.store.d.sync.aligned.col.{shape}{space}.{sum} [%rd9+12288], {d}, {m};";
        LaunchReport report = PtxBench.RunBuffer(Kernel(loads, product, store), data);
        Assert.That(report.Faults, Is.Empty);
        Assert.That(report.Counters.Flops, Is.EqualTo(2 * m * n * k));
        for (int i = 0; i < m * n; i++)
        {
            double found = Get(data, 12288, (i % n * m) + (i / n), sum);
            Assert.That(found, Is.EqualTo(Expected(i / n, i % n, k)), $"{i / n}, {i % n}");
        }
    }

    // A has row + 1 in column 0 and 0 elsewhere, B has column + 2 everywhere, C is 1.
    [TestCase("m8n8k4", 1, 1, 1)]
    [TestCase("m16n8k4", 2, 1, 2)]
    [TestCase("m16n8k8", 4, 2, 2)]
    [TestCase("m16n8k16", 8, 4, 2)]
    public void Doubles(string shape, int left, int right, int blocks)
    {
        var body = new System.Text.StringBuilder();
        body.Append(".reg .f64 %m<8>; .reg .f64 %q<8>; .reg .f64 %s<4>;\n");
        body.Append("shr.u32 %r2, %r9, 2; and.b32 %r3, %r9, 3; setp.ne.u32 %p1, %r3, 0;\n");
        for (int i = 0; i < left; i++)
        {
            body.Append($"add.u32 %r4, %r2, {1 + (8 * i)}; cvt.rn.f64.u32 %m{i}, %r4;\n");
            string guard = i < blocks ? "@%p1 " : "";
            body.Append($"{guard}mov.f64 %m{i}, 0d0000000000000000;\n");
        }
        for (int i = 0; i < right; i++)
        {
            body.Append($"add.u32 %r4, %r2, 2; cvt.rn.f64.u32 %q{i}, %r4;\n");
        }
        for (int i = 0; i < 2 * blocks; i++)
        {
            body.Append($"mov.f64 %s{i}, 0d3FF0000000000000;\n");
        }
        string a = Registers("m", left);
        string b = Registers("q", right);
        string c = Registers("s", 2 * blocks);
        body.Append($"mma.sync.aligned.{shape}.row.col.f64.f64.f64.f64 {c}, {a}, {b}, {c};\n");
        body.Append($"st.global.f64 [%rd1], %s{(2 * blocks) - 1};");
        (ulong[] values, LaunchReport report) = PtxBench.Run(PtxBench.Wrap(body.ToString()));
        Assert.That(report.Faults, Is.Empty);
        for (int lane = 0; lane < 32; lane++)
        {
            int row = (lane >> 2) + (8 * (blocks - 1));
            int column = (2 * (lane & 3)) + 1;
            double expected = 1 + ((row + 1) * (column + 2));
            Assert.That(BitConverter.UInt64BitsToDouble(values[lane]), Is.EqualTo(expected));
        }
    }

    [TestCase("m8n8k16.row.col.s32.s8.s8.s32", 1, 1, 2, "0x01010101", "0x02020202", 33u)]
    [TestCase("m16n8k16.row.col.s32.u8.s8.s32", 2, 1, 4, "0xFFFFFFFF", "0xFFFFFFFF", 0xFFFFF011u)]
    [TestCase("m16n8k32.row.col.s32.s8.s8.s32", 4, 2, 4, "0xFFFFFFFF", "0x01010101", 0xFFFFFFE1u)]
    [TestCase("m8n8k32.row.col.s32.s4.s4.s32", 1, 1, 2, "0xFFFFFFFF", "0x77777777", 0xFFFFFF21u)]
    [TestCase("m16n8k32.row.col.s32.u4.u4.s32", 2, 1, 4, "0xFFFFFFFF", "0x11111111", 481u)]
    [TestCase("m16n8k64.row.col.s32.s4.s4.s32", 4, 2, 4, "0x88888888", "0x88888888", 4097u)]
    [TestCase("m8n8k128.row.col.s32.b1.b1.s32.xor.popc", 1, 1, 2, "0xF0F0F0F0", "-1", 65u)]
    [TestCase("m16n8k128.row.col.s32.b1.b1.s32.and.popc", 2, 1, 4, "0x1", "-1", 5u)]
    [TestCase("m16n8k256.row.col.s32.b1.b1.s32.xor.popc", 4, 2, 4, "-1", "0", 257u)]
    public void Integers(string form, int a, int b, int d, string x, string y, uint expected)
    {
        string left = "{" + string.Join(", ", Enumerable.Repeat("%r2", a)) + "}";
        string right = "{" + string.Join(", ", Enumerable.Repeat("%r3", b)) + "}";
        string sums = "{" + string.Join(", ", Enumerable.Repeat("%r4", d)) + "}";
        string results = d == 2 ? "{%r1, %r5}" : "{%r1, %r5, %r6, %r7}";
        string code =
            $"mov.b32 %r2, {x}; mov.b32 %r3, {y}; mov.b32 %r4, 1;"
            + $" mma.sync.aligned.{form} {results}, {left}, {right}, {sums};";
        Assert.That(PtxBench.Word(code), Is.EqualTo(expected));
    }

    [Test]
    public void ClampsWithSatfinite()
    {
        const string Code = """
            mov.b32 %r2, 0x7F7F7F7F; mov.b32 %r4, 0x7FFFFFFF;
            mma.sync.aligned.m8n8k16.row.col.satfinite.s32.s8.s8.s32
            {%r1, %r5}, {%r2}, {%r2}, {%r4, %r4};
            """;
        Assert.That(PtxBench.Word(Code), Is.EqualTo(0x7FFFFFFFu));
    }

    [TestCase("wmma.load.a.sync.aligned.row.m16n16k32.f16 {%r1}, [%rd9];")]
    [TestCase("wmma.load.a.sync.aligned.row.m16n16k16.f16 {%r1, %r2}, [%rd9];")]
    [TestCase(
        "wmma.mma.sync.aligned.row.col.m8n8k4.f64.f64.f64.f64 {%fd1}, {%fd2}, {%fd3}, {%fd4};"
    )]
    [TestCase("mma.sync.aligned.m8n8k4.row.col.s32.s8.s8.s32 {%r1}, {%r1}, {%r1}, {%r1};")]
    public void RefusesOtherShapes(string code) =>
        Assert.That(() => PtxBench.Run(PtxBench.Wrap(code)), Throws.Exception);

    [Test]
    public void ALoadPastTheEndIsAFault()
    {
        const string Code = """
            .reg .b32 %a<8>;
            wmma.load.a.sync.aligned.row.m16n16k16.global.f16
            {%a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7}, [%rd9], 16;
            """;
        (_, LaunchReport report) = PtxBench.Run(PtxBench.Wrap(Code));
        Assert.That(report.Faults.Select(f => f.Kind), Has.Member(FaultKind.OutOfBounds));
    }
}

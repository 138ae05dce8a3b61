using Robustness.Emulator;

namespace Robustness.Tests;

/// <summary>mma, ldmatrix and cp.async: layouts against plain loops over small integers.</summary>
internal sealed class MatrixTests
{
    /// <summary>
    /// A [16, K] and B [K, 8] (stored by columns) lie in the buffer as 32-bit words; each lane
    /// builds its fragments with plain loads.
    /// </summary>
    private static string Kernel(string name, int depth, int per, string narrow)
    {
        var text = new System.Text.StringBuilder();
        int registers = depth / per / 2;
        void Element(string target, string base_, int row, int column, int stride, int offset)
        {
            text.AppendLine($"mul.lo.u32 %r10, {base_}, {4 * stride};");
            text.AppendLine($"mad.lo.u32 %r10, %r11, {4 * per}, %r10;");
            text.AppendLine("cvt.u64.u32 %rd2, %r10; add.s64 %rd2, %rd2, %rd9;");
            int at = offset + (4 * ((row * stride) + column));
            text.AppendLine($"ld.global.f32 {target}, [%rd2+{at}];");
        }
        text.AppendLine("shr.u32 %r12, %r9, 2; and.b32 %r11, %r9, 3;");
        for (int i = 0; i < registers + (registers / 2); i++)
        {
            bool left = i < registers;
            int part = left ? i >> 1 : i - registers;
            for (int e = 0; e < per; e++)
            {
                int row = left ? 8 * (i & 1) : 0;
                int offset = left ? 0 : 4 * 16 * depth;
                Element($"%f{e + 1}", "%r12", row, (part * 4 * per) + e, depth, offset);
            }
            text.AppendLine(
                per == 1 ? $"mov.b32 %r{i}, %f1;" : $"cvt.rn.{narrow}x2.f32 %r{i}, %f2, %f1;"
            );
        }
        string a = string.Join(", ", Enumerable.Range(0, registers).Select(i => $"%r{i}"));
        string b = string.Join(
            ", ",
            Enumerable.Range(registers, registers / 2).Select(i => $"%r{i}")
        );
        text.AppendLine("mov.f32 %f5, 0f3F800000;");
        text.AppendLine(
            $"{name} {{%f10, %f11, %f12, %f13}}, {{{a}}}, {{{b}}}, " + "{%f5, %f5, %f5, %f5};"
        );
        text.AppendLine("mul.lo.u32 %r10, %r12, 32; mad.lo.u32 %r10, %r11, 8, %r10;");
        text.AppendLine("cvt.u64.u32 %rd2, %r10; add.s64 %rd2, %rd2, %rd9;");
        int results = 4 * ((16 * depth) + (8 * depth));
        text.AppendLine($"st.global.v2.f32 [%rd2+{results}], {{%f10, %f11}};");
        text.AppendLine($"st.global.v2.f32 [%rd2+{results + 256}], {{%f12, %f13}};");
        return PtxBench.Wrap(text.ToString());
    }

    [TestCase("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32", 16, 2, "bf16")]
    [TestCase("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32", 16, 2, "f16")]
    [TestCase("mma.sync.aligned.m16n8k8.row.col.f32.bf16.bf16.f32", 8, 2, "bf16")]
    [TestCase("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32", 8, 1, "")]
    [TestCase("mma.sync.aligned.m16n8k4.row.col.f32.tf32.tf32.f32", 4, 1, "")]
    public void MultipliesAsAPlainLoop(string name, int depth, int per, string narrow)
    {
        var data = new float[(24 * depth) + 128];
        for (int i = 0; i < 24 * depth; i++)
        {
            data[i] = (i * 5 % 17) - 8;
        }
        float[] input = [.. data];
        LaunchReport report = PtxBench.RunBuffer(Kernel(name, depth, per, narrow), data);
        Assert.That(report.Faults, Is.Empty);
        Assert.That(report.Counters.TensorOperations, Is.EqualTo(1));
        Assert.That(report.Counters.Flops, Is.EqualTo(2 * 16 * 8 * depth));
        for (int row = 0; row < 16; row++)
        {
            for (int column = 0; column < 8; column++)
            {
                float sum = 1;
                for (int k = 0; k < depth; k++)
                {
                    sum += input[(row * depth) + k] * input[((16 + column) * depth) + k];
                }
                Assert.That(data[(24 * depth) + (row * 8) + column], Is.EqualTo(sum));
            }
        }
    }

    [TestCase("", false)]
    [TestCase(".trans", true)]
    public void LdmatrixSpreadsRows(string trans, bool transposed)
    {
        string body = $$"""
            .shared .align 16 .b8 s[512];
            mov.u32 %r2, s;
            shl.b32 %r3, %r9, 4;
            add.u32 %r3, %r3, %r2;
            mad.lo.u32 %r4, %r9, 0x80008, 0x10000;
            add.u32 %r5, %r4, 0x20002; add.u32 %r6, %r5, 0x20002; add.u32 %r7, %r6, 0x20002;
            st.shared.v4.b32 [%r3], {%r4, %r5, %r6, %r7};
            bar.sync 0;
            ldmatrix.sync.aligned.m8n8.x4{{trans}}.shared.b16 {%r10, %r11, %r12, %r13}, [%r3];
            mul.wide.u32 %rd2, %r9, 16;
            add.s64 %rd2, %rd2, %rd9;
            st.global.v4.b32 [%rd2], {%r10, %r11, %r12, %r13};
            """;
        var data = new ushort[256];
        LaunchReport report = PtxBench.RunBuffer(PtxBench.Wrap(body), data);
        Assert.That(report.Faults, Is.Empty);
        Assert.That(report.Counters.SharedBankConflicts, Is.Zero);
        for (int lane = 0; lane < 32; lane++)
        {
            for (int i = 0; i < 8; i++)
            {
                int matrix = i >> 1;
                int row = lane >> 2;
                int column = (2 * (lane & 3)) + (i & 1);
                (int r, int c) = transposed ? (column, row) : (row, column);
                Assert.That(data[(8 * lane) + i], Is.EqualTo((64 * matrix) + (8 * r) + c));
            }
        }
    }

    private const string CopyTail = """
        ld.shared.u32 %r1, [%r3];
        st.global.u32 [%rd1+256], %r1;
        """;

    private static string Copy(string wait) =>
        PtxBench.Wrap(
            $$"""
            .shared .align 16 .b8 s[512];
            mov.u32 %r2, s;
            shl.b32 %r3, %r9, 4;
            add.u32 %r3, %r3, %r2;
            cp.async.ca.shared.global [%r3], [%rd1], 8;
            cp.async.commit_group;
            cp.async.ca.shared.global.L2::128B [%r3+8], [%rd1], 8, 0;
            cp.async.commit_group;
            {{wait}}
            {{CopyTail}}
            """
        );

    [Test]
    public void CopyArrivesAtTheWait()
    {
        var data = new ulong[64];
        for (int i = 0; i < 32; i++)
        {
            data[i] = (ulong)i + 7;
        }
        LaunchReport report = PtxBench.RunBuffer(Copy("cp.async.wait_group 1;"), data);
        Assert.That(report.Faults, Is.Empty);
        Assert.That((uint)data[32 + 5], Is.EqualTo(12));
    }

    [Test]
    public void MissingWaitIsAnUninitialisedRead()
    {
        LaunchReport report = PtxBench.RunBuffer(Copy("cp.async.wait_group 2;"), new ulong[64]);
        Assert.That(report.Faults, Is.Not.Empty);
        Assert.That(report.Faults[0].Kind, Is.EqualTo(FaultKind.Uninitialized));
    }
}

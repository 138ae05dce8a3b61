using Robustness.Emulator;

namespace Robustness.Tests;

/// <summary>Atomics: 32 lanes act on one word, in lane order.</summary>
internal sealed class AtomicTests
{
    [TestCase("add.u32", "%r9", 5u, 501u)]
    [TestCase("add.s32", "-1", 5u, 0xFFFFFFE5u)]
    [TestCase("and.b32", "%r9", 0xFFu, 0u)]
    [TestCase("or.b32", "%r9", 0x100u, 0x11Fu)]
    [TestCase("xor.b32", "%r9", 7u, 7u)]
    [TestCase("min.s32", "%r9", 0xFFFFFFF0u, 0xFFFFFFF0u)]
    [TestCase("min.u32", "%r9", 0xFFFFFFF0u, 0u)]
    [TestCase("max.s32", "%r9", 0xFFFFFFF0u, 31u)]
    [TestCase("inc.u32", "9", 0u, 2u)]
    [TestCase("dec.u32", "9", 0u, 8u)]
    [TestCase("exch.b32", "%r9", 0u, 31u)]
    [TestCase("add.f32", "0f3F000000", 0x3F800000u, 0x41880000u)]
    [TestCase("add.noftz.f16x2", "0x3C003800", 0u, 0x50004C00u)]
    [TestCase("add.noftz.bf16x2", "0x3F803F00", 0u, 0x42004180u)]
    public void EachLaneActs(string operation, string operand, uint start, uint expected)
    {
        foreach (string space in new[] { "global", "shared" })
        {
            bool shared = space == "shared";
            string place = shared ? "s" : "%rd9";
            string body = $$"""
                .shared .align 4 .b8 s[4];
                ld.global.u32 %r2, [%rd9];
                {{(shared ? "st.shared.u32 [s], %r2;" : "")}}
                bar.sync 0;
                atom.{{space}}.{{operation}} %r1, [{{place}}], {{operand}};
                red.{{space}}.or.b32 [{{place}}], 0;
                bar.sync 0;
                ld.{{space}}.u32 %r3, [{{place}}];
                bar.sync 0;
                st.global.u32 [%rd1], %r3;
                """;
            body =
                operation.Contains(".f", StringComparison.Ordinal)
                && operation.EndsWith("f32", StringComparison.Ordinal)
                    ? body.Replace("%r1, [", "%f1, [", StringComparison.Ordinal)
                    : body;
            var data = new ulong[32];
            data[0] = start;
            var options = new EmulatorOptions
            {
                Checks = EmulatorChecks.All & ~EmulatorChecks.Race,
            };
            LaunchReport report = PtxBench.RunBuffer(PtxBench.Wrap(body), data, options: options);
            Assert.That(report.Faults, Is.Empty);
            Assert.That((uint)data[3], Is.EqualTo(expected), space);
            Assert.That(report.Counters.Atomics, Is.EqualTo(64));
        }
    }

    [Test]
    public void CompareAndSwapGivesTheOldValue()
    {
        const string Body = """
            atom.global.cas.b32 %r1, [%rd9], %r9, 77;
            bar.sync 0;
            st.global.u32 [%rd1+8], %r1;
            """;
        var data = new ulong[64];
        data[0] = 4;
        LaunchReport report = PtxBench.RunBuffer(PtxBench.Wrap(Body), data);
        Assert.That(report.Faults, Is.Empty);
        Assert.That((uint)data[0], Is.EqualTo(77));
        Assert.That(((uint)data[1 + 4], (uint)data[1 + 5]), Is.EqualTo((4u, 77u)));
    }
}

using Robustness.Emulator;

namespace Robustness.Tests;

/// <summary>
/// Device functions as a compiler emits them: structs, recursion, pointers, printf.
/// </summary>
internal sealed class CallTests
{
    [Test]
    public void CompiledCallsReturnTheirValues()
    {
        string path = Path.Combine(TestContext.CurrentContext.TestDirectory, "Ptx", "calls.ptx");
        var y = new ulong[32];
        LaunchReport report = PtxBench.RunBuffer(File.ReadAllText(path), y);
        Assert.That(report.Faults, Is.Empty);
        for (int t = 0; t < 32; t++)
        {
            int factorial = 1;
            for (int i = 2; i <= (t & 7); i++)
            {
                factorial *= i;
            }
            long sum = (3 * t) + 7 + factorial + t + (t & 3);
            uint low = (uint)((t & 1) == 0 ? t + 1 : 2 * t);
            Assert.That(y[t], Is.EqualTo(((ulong)sum << 32) | low), $"thread {t}");
        }
        const string Printed = "t=0 v=1.000000 s=abc %\nt=1 v=2.000000 s=abc %\n";
        Assert.That(report.Output, Is.EqualTo(Printed));
    }

    private const string Recursive = """
        .func (.param .b32 r) f (.param .b32 a)
        {
        .reg .b32 %x<6>; .reg .pred %q<2>;
        ld.param.u32 %x1, [a];
        setp.eq.u32 %q1, %x1, 0;
        @%q1 bra zero;
        add.u32 %x2, %x1, -1;
        { .param .b32 p; st.param.b32 [p], %x2; .param .b32 v;
        call (v), f, (p); ld.param.b32 %x3, [v]; }
        add.u32 %x4, %x3, %x1;
        st.param.b32 [r], %x4;
        ret;
        zero: st.param.b32 [r], 0;
        ret;
        }
        """;

    private static string CallF(string argument) =>
        $$"""
            { .param .b32 p; st.param.b32 [p], {{argument}}; .param .b32 v;
            call (v), f, (p); ld.param.b32 %r1, [v]; }
            st.global.u64 [%rd1], 0; st.global.u32 [%rd1], %r1;
            """;

    [Test]
    public void LanesReturnFromDifferentDepths()
    {
        string ptx = PtxBench.Wrap(CallF("%r9"), Recursive);
        (ulong[] values, LaunchReport report) = PtxBench.Run(ptx);
        Assert.That(report.Faults, Is.Empty);
        Assert.That(
            values,
            Is.EqualTo(Enumerable.Range(0, 32).Select(t => (ulong)(t * (t + 1) / 2)))
        );
    }

    [Test]
    public void EndlessRecursionEndsInAFault()
    {
        LaunchReport report = PtxBench.Run(PtxBench.Wrap(CallF("-1"), Recursive)).Report;
        Assert.That(report.Faults[0].Kind, Is.EqualTo(FaultKind.OutOfBounds));
        Assert.That(report.Faults[0].Message, Does.Contain("stack"));
    }

    [TestCase("call nothing;", "nothing")]
    [TestCase("{ .param .b32 p; call f, (p); }", "call")]
    public void WrongCallsAreLoadErrors(string body, string token)
    {
        Interop.CudaException? error = Assert.Throws<Interop.CudaException>(() =>
            PtxBench.Run(PtxBench.Wrap(body, Recursive))
        );
        Assert.That(((PtxException)error!.InnerException!).Token, Is.EqualTo(token));
    }

    [Test]
    public void IndexedBranchTakesEachLaneToItsTarget()
    {
        const string Body = """
            and.b32 %r2, %r9, 3;
            ts: .branchtargets a, b, c, b;
            brx.idx %r2, ts;
            a: mov.u32 %r1, 10; bra done;
            b: mov.u32 %r1, 20; bra done;
            c: mov.u32 %r1, 30;
            done: activemask.b32 %r3;
            st.global.v2.u32 [%rd1], {%r1, %r3};
            """;
        (ulong[] values, LaunchReport report) = PtxBench.Run(PtxBench.Wrap(Body));
        Assert.That(report.Faults, Is.Empty);
        Assert.That(report.Counters.DivergentBranches, Is.EqualTo(1));
        ulong[] expected = [10, 20, 30, 20];
        for (int t = 0; t < 32; t++)
        {
            Assert.That(values[t], Is.EqualTo((0xFFFFFFFFul << 32) | expected[t & 3]));
        }
    }
}

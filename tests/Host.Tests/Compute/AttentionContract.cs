using NUnit.Framework;
using Robustness.Compute;

namespace Robustness.Tests.Compute;

/// <summary>What every backend's attention must do. Reference: the definition, in double.</summary>
[TestFixtureSource(typeof(Backends), nameof(Backends.Available))]
public sealed class AttentionContract(BackendUnderTest backend)
{
    private static readonly Sequence[] Candidates =
    [
        new(70, 9, 2),
        new(71, 8, 2),
        new(64, 15, 1),
        new(128, 11, 3, 1),
        new(127, 12, 0, 1),
        new(127, 12, 12, 1),
        new(0, 5, 1),
        new(3, 1, 1),
    ];

    private static IEnumerable<TestCaseData> Cases()
    {
        yield return Case("smallest", 1, 1, 2, RowSet.All, new Sequence(0, 1, 1));
        yield return Case("ragged", 2, 2, 24, RowSet.All, new(0, 17, 1), new(0, 5, 2));
        yield return Case("training", 4, 4, 32, RowSet.All, new(0, 64, 1), new(0, 64, 1));
        yield return Case("long", 1, 1, 64, RowSet.All, new Sequence(0, 150, 1));
        yield return Case("wide head", 1, 1, 128, RowSet.All, new Sequence(40, 30, 1));
        yield return Case("grouped heads", 4, 2, 16, RowSet.All, new(70, 33, 1), new(0, 9, 9));
        yield return Case("read rows", 2, 1, 24, RowSet.Read, new(66, 70, 68), new(0, 9, 0));
        yield return Case("candidates", 2, 2, 24, RowSet.All, Candidates);
        yield return Case("candidates' last rows", 2, 2, 24, RowSet.Read, Candidates);
    }

    private static TestCaseData Case(
        string name,
        int heads,
        int keyHeads,
        int size,
        RowSet rows,
        params Sequence[] sequences
    ) => new TestCaseData(heads, keyHeads, size, rows, sequences).SetArgDisplayNames(name);

    [TestCaseSource(nameof(Cases))]
    public void MatchesTheDefinition(int heads, int keyHeads, int size, RowSet rows, Sequence[] s)
    {
        var of = new AttentionCase(heads, keyHeads, size, rows, s);
        var exact = AttentionReference.Of<double>(of);
        var naive = AttentionReference.Of<float>(of);
        using var cpu = backend.Create();
        using var launch = new AttentionLaunch(cpu, of).Forward().Backward();
        const double Forward = Tolerance.Forward;
        const double Backward = Tolerance.Backward;
        Tolerance.Check("o", launch.Output, exact.Output, naive.Output, Forward);
        Tolerance.Check("lse", launch.LogSumExp, exact.LogSumExp, naive.LogSumExp, Forward);
        Tolerance.Check("dQ", launch.DQuery, exact.DQuery, naive.DQuery, Backward);
        Tolerance.Check("dK", launch.DKey, exact.DKey, naive.DKey, Backward);
        Tolerance.Check("dV", launch.DValue, exact.DValue, naive.DValue, Backward);
    }

    [TestCaseSource(nameof(Cases))]
    public void BitsDependOnNeitherWidthNorThreads(
        int heads,
        int keyHeads,
        int size,
        RowSet rows,
        Sequence[] s
    )
    {
        var of = new AttentionCase(heads, keyHeads, size, rows, s);
        using var cpu = backend.Create();
        using var launch = new AttentionLaunch(cpu, of).Forward().Backward();
        using var plain = new BackendUnderTest("plain", 1, 128).Create();
        using var expected = new AttentionLaunch(plain, of).Forward().Backward();
        CheckSame(launch, expected);
    }

    [Test]
    public void BitsDoNotDependOnTheOtherSegments([Values] RowSet rows)
    {
        var of = new AttentionCase(2, 2, 24, rows, Candidates);
        using var cpu = backend.Create();
        using var launch = new AttentionLaunch(cpu, of).Forward().Backward();
        var (q, k) = (of.QueryWidth, of.KeyWidth);
        for (int b = 0; b < Candidates.Length; b++)
        {
            var (first, count) = of.Queries(of.Segments[b]);
            int row = of.Segments[b].FirstRow;
            using var alone = new AttentionLaunch(cpu, of.Only(b)).Forward().Backward();
            var output = launch.Output.AsSpan(first * q, count * q);
            Assert.That(output.SequenceEqual(alone.Output), Is.True, $"o of segment {b}");
            var dQuery = launch.DQuery.AsSpan(first * q, count * q);
            Assert.That(dQuery.SequenceEqual(alone.DQuery), Is.True, $"dQ of segment {b}");
            var dKey = launch.DKey.AsSpan(row * k, of.Segments[b].RowCount * k);
            Assert.That(dKey.SequenceEqual(alone.DKey), Is.True, $"dK of segment {b}");
        }
    }

    [Test]
    public void BitsDoNotDependOnTheCache()
    {
        var of = new AttentionCase(2, 2, 24, RowSet.Read, Candidates);
        using var cpu = backend.Create();
        using var cached = new AttentionLaunch(cpu, of).Forward().Backward();
        using var whole = new AttentionLaunch(cpu, of.WithoutCache()).Forward().Backward();
        Assert.That(cached.Output, Is.EqualTo(whole.Output));
        Assert.That(cached.LogSumExp, Is.EqualTo(whole.LogSumExp));
        Assert.That(cached.DQuery, Is.EqualTo(whole.DQuery));
    }

    [Test]
    public void AllocatesNothingOnceWarm()
    {
        using var cpu = backend.Create();
        var of = new AttentionCase(2, 2, 24, RowSet.All, Candidates);
        using var launch = new AttentionLaunch(cpu, of);
        launch.Forward().Backward().Forward().Backward();
        long before = GC.GetAllocatedBytesForCurrentThread();
        launch.Forward().Backward();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void ACacheThatIsTooShortIsRefused()
    {
        using var cpu = backend.Create();
        using var cache = new KeyValueCache(cpu, 1, 1, 64, 1, 8);
        using var arena = new Arena(cpu);
        var segments = new Segments();
        segments.Add(2, 1, 0, 63);
        var rows = arena.Allocate(2, 8);
        Assert.That(
            () => cpu.CacheWrite(cache, 0, rows, rows, segments),
            Throws.ArgumentException.With.Message.Contains("position 64")
        );
    }

    private static void CheckSame(AttentionLaunch found, AttentionLaunch expected)
    {
        Assert.That(found.Output, Is.EqualTo(expected.Output), "o");
        Assert.That(found.LogSumExp, Is.EqualTo(expected.LogSumExp), "lse");
        Assert.That(found.DQuery, Is.EqualTo(expected.DQuery), "dQ");
        Assert.That(found.DKey, Is.EqualTo(expected.DKey), "dK");
        Assert.That(found.DValue, Is.EqualTo(expected.DValue), "dV");
    }
}

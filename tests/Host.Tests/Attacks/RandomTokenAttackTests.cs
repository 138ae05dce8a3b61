using NUnit.Framework;
using Robustness.Attacks;

namespace Robustness.Tests.Attacks;

/// <summary>RandomToken: cumulative history, full charge by the paper's rule, same bits.</summary>
public sealed class RandomTokenAttackTests
{
    private static readonly AttackSettings s_settings = AttackFixture.Gcg with
    {
        Kind = AttackKind.RandomToken,
        IterationCount = 50,
    };

    [Test]
    public void TheWinnerIsRepeatedFromThenOn()
    {
        var result = AttackFixture.Evaluate(s_settings, AttackFixture.Rows(30, after: ""));
        int broken = 0;
        foreach (var trace in result.Traces)
        {
            int first = trace.Iterations.ToList().FindIndex(entry => entry.Success);
            Assert.That(trace.Iterations, Has.Count.EqualTo(50));
            if (first < 0)
            {
                continue;
            }
            broken++;
            for (int i = first; i < 50; i++)
            {
                Assert.That(
                    trace.Iterations[i].AttackIds,
                    Is.EqualTo(trace.Iterations[first].AttackIds)
                );
                Assert.That(trace.Iterations[i].Iteration, Is.EqualTo(i + 1));
            }
        }
        Assert.That(broken, Is.GreaterThan(0));
    }

    [Test]
    public void EveryIterationIsChargedByThePapersRule()
    {
        var result = AttackFixture.Evaluate(s_settings, AttackFixture.Rows(10));
        foreach (var trace in result.Traces)
        {
            int length = trace.CleanText.Length + s_settings.TokenCount;
            long expected = 2 * AttackFixture.Config.ClassifierParameterCount * length;
            Assert.That(trace.Iterations.Select(e => e.Flops.Paper), Is.All.EqualTo(expected));
        }
    }

    [Test]
    public void BitsDoNotDependOnCacheThreadsOrLaunches()
    {
        var rows = AttackFixture.Rows(12);
        string expected = AttackFixture.Fingerprint(AttackFixture.Evaluate(s_settings, rows));
        var cut = s_settings with { PrefixCache = false, LaunchRows = 70 };
        string found = AttackFixture.Fingerprint(AttackFixture.Evaluate(cut, rows, 2, 256));
        Assert.That(found, Is.EqualTo(expected));
    }
}

using NUnit.Framework;
using Robustness.Analysis;
using Robustness.Attacks;
using Robustness.Cli;
using Robustness.Reporting;

namespace Robustness.Tests.Cli;

/// <summary>Which reading an attack's label has, and what each reading makes of a trace.</summary>
[TestFixture]
public sealed class AttackReadingTests
{
    // Broken at 2 and 4; the lowest loss is that of iteration 2, then that of iteration 5.
    private static readonly AttackTrace s_trace = new(
        7,
        0,
        "clean",
        "",
        "",
        [1, 0],
        [],
        [
            Iteration(1, 0.9, false),
            Iteration(2, 0.4, true),
            Iteration(3, 0.8, false),
            Iteration(4, 0.6, true),
            Iteration(5, 0.3, false),
        ],
        default
    );

    [TestCase("random_token", AttackRole.Random, SuccessReading.EverBroken)]
    [TestCase("random_token-100", AttackRole.Random, SuccessReading.EverBroken)]
    [TestCase("gcg", AttackRole.Search, SuccessReading.Instantaneous)]
    [TestCase("gcg-64", AttackRole.Search, SuccessReading.Instantaneous)]
    [TestCase("beast", AttackRole.Search, SuccessReading.BestByLoss)]
    [TestCase("identity", AttackRole.Search, SuccessReading.Instantaneous)]
    public void TheLabelSaysHowSuccessIsRead(string attack, AttackRole role, SuccessReading reading)
    {
        Assert.That(AttackReading.RoleOf(attack), Is.EqualTo(role));
        Assert.That(AttackReading.Of(attack), Is.EqualTo(reading));
    }

    [TestCase(SuccessReading.Instantaneous, "01010")]
    [TestCase(SuccessReading.EverBroken, "01111")]
    [TestCase(SuccessReading.BestByLoss, "01110")]
    public void ATraceIsReadIterationByIteration(SuccessReading reading, string expected)
    {
        var row = AttackReading.Row(s_trace, reading);

        Assert.That(row.RowId, Is.EqualTo(7));
        Assert.That(string.Concat(row.Broken.Select(b => b ? '1' : '0')), Is.EqualTo(expected));
        Assert.That(row.FirstBreach, Is.EqualTo(2));
        Assert.That(row.IsBroken, Is.EqualTo(expected[^1] == '1'));
    }

    [Test]
    public void OfEqualLossesTheFirstIsTheBest()
    {
        var equal = s_trace with
        {
            Iterations = [Iteration(1, 0.5, true), Iteration(2, 0.5, false)],
        };
        Assert.That(
            AttackReading.Row(equal, SuccessReading.BestByLoss).Broken,
            Is.EqualTo(new[] { true, true })
        );
    }

    private static AttackIteration Iteration(int iteration, double loss, bool success) =>
        new(iteration, [1], "x", loss, [0, 1], success, 1, default);
}

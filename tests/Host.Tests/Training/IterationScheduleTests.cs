using NUnit.Framework;
using Robustness.Training;

namespace Robustness.Tests.Training;

/// <summary>Attack iterations by round, as section 4.2 of the study lists them.</summary>
[TestFixture]
public sealed class IterationScheduleTests
{
    [Test]
    public void WithRoundsPlusOneTheEndIsNeverReached() =>
        Assert.That(
            Table(new IterationSchedule(8, 64), 5, ScheduleReading.RoundsPlusOne),
            Is.EqualTo([8, 19, 30, 41, 52])
        );

    [Test]
    public void WithRoundsTheLastRoundReachesTheEnd() =>
        Assert.That(
            Table(new IterationSchedule(8, 64), 10, ScheduleReading.Rounds),
            Is.EqualTo([8, 14, 20, 26, 32, 39, 45, 51, 57, 64])
        );

    [TestCase(5)]
    [TestCase(8)]
    [TestCase(21)]
    [TestCase(60)]
    public void TheRampRisesFromItsStart(int rounds)
    {
        int[] table = Table(new IterationSchedule(8, 64), rounds, ScheduleReading.RoundsPlusOne);
        int[] wanted = [.. Enumerable.Range(0, rounds).Select(i => 8 + (56 * i / rounds))];

        Assert.That(table, Is.EqualTo(wanted));
    }

    [Test]
    public void TheRandomTokenRampRisesTo2048()
    {
        int[] table = Table(new IterationSchedule(1024, 2048), 5, ScheduleReading.Rounds);

        Assert.That(table, Is.EqualTo([1024, 1280, 1536, 1792, 2048]));
    }

    [Test]
    public void ARateGivesTheOtherEnd()
    {
        Assert.That(
            IterationSchedule.FromStart(8, 2.5, 4),
            Is.EqualTo(new IterationSchedule(8, 15))
        );
        Assert.That(
            IterationSchedule.FromEnd(15, 2.5, 4),
            Is.EqualTo(new IterationSchedule(8, 15))
        );
        Assert.That(
            Table(IterationSchedule.Constant(10), 3, ScheduleReading.Rounds),
            Is.EqualTo([10, 10, 10])
        );
    }

    [Test]
    public void FaultsAreTold()
    {
        Assert.That(
            new IterationSchedule(9, 8).Fault(3, ScheduleReading.Rounds),
            Is.EqualTo("found 9 to 8, which falls; allowed: an end that is not below the start")
        );
        Assert.That(
            new IterationSchedule(8, 9).Fault(1, ScheduleReading.Rounds),
            Does.StartWith("found 8 to 9 for one round")
        );
        Assert.That(new IterationSchedule(8, 9).Fault(1, ScheduleReading.RoundsPlusOne), Is.Null);
    }

    private static int[] Table(IterationSchedule schedule, int rounds, ScheduleReading reading) =>
        [.. Enumerable.Range(1, rounds).Select(r => schedule.Iterations(r, rounds, reading))];
}

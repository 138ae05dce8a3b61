using NUnit.Framework;
using Robustness.Training;

namespace Robustness.Tests.Training;

/// <summary>When a gate lets the learning rate fall, and how many steps that makes.</summary>
public sealed class GatedStepsTests
{
    private static readonly OptimizerSettings s_settings = new()
    {
        LearningRate = 0.5,
        Schedule = ScheduleKind.WarmupStableDecay,
        WarmupSteps = 10,
    };

    // Nominal 100: a first look at step 75, the rate falls over 25 steps.
    [TestCase(0, 100, true, TestName = "passed at the first look: the nominal count")]
    [TestCase(95, 120, true, TestName = "passed later: 25 steps after the look that passed")]
    [TestCase(int.MaxValue, 150, false, TestName = "never passed: the cap")]
    public void StepsInAll(int learnedAtStep, int expected, bool passed)
    {
        int step = 0;
        var plan = new GatedSteps(
            100,
            new ProbeGate(0.9, 150, 10, ["same"]),
            () => step >= learnedAtStep
        );
        var numbers = new TrainingNumbers(0, 0, 0, 0, 0);
        var rates = new List<double>();
        while (numbers.Step < plan.StepCount(numbers))
        {
            step = numbers.Step;
            numbers = plan.Decide(numbers);
            rates.Add(plan.Rate(s_settings, numbers));
            numbers = numbers with { Step = numbers.Step + 1 };
        }
        Assert.Multiple(() =>
        {
            Assert.That(numbers.Step, Is.EqualTo(expected));
            Assert.That(numbers.GatePassed, Is.EqualTo(passed));
            Assert.That(rates[0], Is.EqualTo(0.05).Within(1e-12));
            Assert.That(rates[expected - 26], Is.EqualTo(0.5));
            Assert.That(rates[^1], Is.EqualTo(0.5 / 25).Within(1e-12));
        });
    }

    [Test]
    public void ResumedAfterTheDecisionTheProbesAreNotRunAgain()
    {
        var plan = new GatedSteps(
            100,
            new ProbeGate(0.9, 150, 10, ["same"]),
            () => throw new InvalidOperationException("probed again")
        );
        var numbers = new TrainingNumbers(100, 0, 0, 0, 0, DecayStep: 85, GatePassed: true);
        Assert.That(plan.StepCount(plan.Decide(numbers)), Is.EqualTo(110));
    }
}

using NUnit.Framework;
using Robustness.Training;

namespace Robustness.Tests.Training;

/// <summary>In which order an epoch takes a round's rows, balanced or not.</summary>
[TestFixture]
public sealed class RoundOrderTests
{
    private static readonly AdversarialTrainingSettings s_balanced =
        AdversarialFixture.Settings with
        {
            Balanced = true,
        };

    [TestCase(7, 3)]
    [TestCase(3, 7)]
    [TestCase(5, 5)]
    public void BalancedKindsTakeTurnsAndTheFewerBeginAnew(int clean, int adversarial)
    {
        using var folder = new TemporaryFolder();
        int[] order = Order(folder, s_balanced, clean, adversarial, epoch: 1);

        int most = Math.Max(clean, adversarial);
        Assert.That(order, Has.Length.EqualTo(2 * most));
        Assert.That(order.Where((_, i) => i % 2 == 0), Is.All.LessThan(clean));
        Assert.That(order.Where((_, i) => i % 2 == 1), Is.All.GreaterThanOrEqualTo(clean));
        int[] uses = [.. Enumerable.Range(0, clean + adversarial).Select(Uses)];
        Assert.That(uses[..clean], Is.All.InRange(most / clean, (most + clean - 1) / clean));
        Assert.That(
            uses[clean..],
            Is.All.InRange(most / adversarial, (most + adversarial - 1) / adversarial)
        );

        int Uses(int row) => order.Count(r => r == row);
    }

    [TestCase(true, 6, 0)]
    [TestCase(true, 0, 6)]
    [TestCase(false, 4, 2)]
    public void ElseEveryRowComesOnce(bool balanced, int clean, int adversarial)
    {
        using var folder = new TemporaryFolder();
        var settings = s_balanced with { Balanced = balanced };
        int[] first = Order(folder, settings, clean, adversarial, epoch: 0);
        int[] second = Order(folder, settings, clean, adversarial, epoch: 1);

        Assert.That(first.Order(), Is.EqualTo(Enumerable.Range(0, 6)));
        Assert.That(second.Order(), Is.EqualTo(Enumerable.Range(0, 6)));
        Assert.That(second, Is.Not.EqualTo(first));
    }

    [Test]
    public void ABalancedTrainingTakesTheStepsThatItsSettingsSay()
    {
        using var one = new TemporaryFolder();
        using var two = new TemporaryFolder();
        var (outcome, _) = AdversarialFixture.Run(s_balanced, AdversarialFixture.Context(one));
        AdversarialFixture.Run(s_balanced, AdversarialFixture.Context(two), threads: 2);

        // 60 rows, at most 48 of them adversarial: 24 and 36, then 12 and 48 twice.
        Assert.That(
            outcome.Rounds.Select(r => r.StepCount),
            Is.EqualTo(Enumerable.Range(1, 3).Select(r => s_balanced.StepsPerEpoch(r, 80)))
        );
        Assert.That(outcome.Rounds.Select(r => r.StepCount), Is.EqualTo(new[] { 9, 12, 12 }));
        Assert.That(AdversarialFixture.Models(two), Is.EqualTo(AdversarialFixture.Models(one)));
    }

    private static int[] Order(
        TemporaryFolder folder,
        AdversarialTrainingSettings settings,
        int clean,
        int adversarial,
        int epoch
    )
    {
        var mixture = new RoundMixture(clean, adversarial);
        var order = new RoundOrder(AdversarialFixture.Context(folder), settings, mixture, 1);
        return order.Of(epoch).ToArray();
    }
}

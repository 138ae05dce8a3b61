using NUnit.Framework;
using Robustness.Results;
using Robustness.Study;
using Robustness.Training;

namespace Robustness.Tests.Study;

/// <summary>Adversarial training in study files: what is read, planned and refused.</summary>
[TestFixture]
public sealed class AdversarialStudyTests
{
    private const string Head = """
        name: t
        model: { context: 128 }
        sizes:
          - { name: 14m, width: 16, layers: 1, heads: 1 }
          - { name: 410m, width: 32, layers: 1, heads: 1 }
        tasks: [{ name: word-length, instructions: short, rows_per_split: 400 }]
        attacks: [{ name: gcg, iterations: 2, candidates: 8, top_k: 8 }]
        evaluation: { rows: 20, attacked_rows: 4 }
        adversarial_training:

        """;

    [Test]
    public void ThePaperPresetHasThePapersRoundsAndEvaluatedRounds()
    {
        var arm = Read("  - { preset: paper-pythia, evaluated_rounds: paper }").Adversarial[0];

        Assert.That(
            arm.Rounds,
            Is.EqualTo(new Dictionary<string, int> { ["14m"] = 60, ["410m"] = 21 })
        );
        Assert.That(arm.EvaluatedRounds.Of(60), Is.EqualTo([0, 1, 2, 3, 4, 6, 9, 15, 24, 38, 60]));
        Assert.That(arm.Settings.Attack.TopK, Is.EqualTo(47), "half of what may be proposed");
    }

    // The paper's lists for each round count of section 4.1.
    [TestCase(59, new[] { 0, 1, 2, 3, 4, 6, 9, 15, 23, 37, 59 })]
    [TestCase(21, new[] { 0, 1, 2, 3, 4, 5, 6, 7, 10, 14, 21 })]
    [TestCase(8, new[] { 0, 1, 2, 3, 4, 5, 6, 7, 8 })]
    [TestCase(5, new[] { 0, 1, 2, 3, 4, 5 })]
    [TestCase(22, new[] { 0, 1, 2, 3, 4, 5, 6, 7, 11, 15, 22 })]
    [TestCase(10, new[] { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 })]
    public void ThePapersRoundsAreTenGeometricOnes(int rounds, int[] wanted) =>
        Assert.That(
            new EvaluatedRounds(null, EvaluatedRounds.PaperCount).Of(rounds),
            Is.EqualTo(wanted)
        );

    [Test]
    public void RandomTokenTakesItsOwnScheduleAndRounds()
    {
        var arm = Read("  - { preset: paper-pythia, attack: { name: random_token } }").Adversarial[
            0
        ];

        Assert.That(arm.Label, Is.EqualTo("random_token"));
        Assert.That(arm.Rounds["14m"], Is.EqualTo(250));
        Assert.That(arm.Settings.Iterations, Is.EqualTo(new IterationSchedule(1024, 2048)));
    }

    [Test]
    public void ListsMakeArmsThatAreNamedApart()
    {
        var arms = Read(
            "  - { rounds: 2, examples_per_round: [10, 20], control: [14m] }"
        ).Adversarial;

        Assert.That(arms.Select(a => a.Label), Is.EqualTo(["gcg-10", "gcg-20"]));
        Assert.That(arms.Select(a => a.ControlSizes.Single()), Has.All.EqualTo("14m"));
    }

    [Test]
    public void ThePlanHasEveryRoundAndSharesRoundZero()
    {
        const string arm = "  - { rounds: 2, examples_per_round: 10, control: true, sizes: [14m] }";
        var plan = StudyPlan.Create(Read(arm));
        var trainings = plan.Stages.OfType<AdversarialTrainingStage>().ToList();
        var evaluations = plan.Stages.OfType<EvaluationStage>().ToList();
        var zero = evaluations.Single(e => e.Round == 0 && e.Labels.ModelSize == "14m");

        Assert.That(trainings.Select(t => t.Training.Control), Is.EqualTo([false, true]));
        Assert.That(
            zero.FurtherLabels.Select(l => l.TrainedAttack),
            Is.EqualTo(["gcg", "gcg-control"])
        );
        Assert.That(
            evaluations.Where(e => e.Round > 0).Select(e => e.Round),
            Is.EqualTo([1, 2, 1, 2])
        );
        Assert.That(
            evaluations.Where(e => e.Round > 0).Select(e => e.Inputs[0]).Distinct(),
            Is.EqualTo(trainings.Select(t => t.Key))
        );
    }

    [TestCase(
        "rounds: 0",
        "s.yaml:10: adversarial_training[0].rounds: found 0; allowed: a whole number from 1"
    )]
    [TestCase(
        "rounds: 2, iterations: { start: 9, end: 8 }",
        "s.yaml:10: adversarial_training[0]: iterations: found 9 to 8, which falls; allowed: an "
            + "end that is not below the start"
    )]
    [TestCase(
        "rounds: 1, iterations: { start: 8, end: 9 }",
        "s.yaml:10: adversarial_training[0]: iterations: found 8 to 9 for one round; allowed: with "
            + "one round the start equals the end"
    )]
    [TestCase(
        "rounds: 2, iterations: { start: 8, end: 9, rate: 1 }",
        "s.yaml:10: adversarial_training[0].iterations.rate: found start, end and rate; allowed: "
            + "two of them"
    )]
    [TestCase(
        "most_adversarial_share: 1.5",
        "s.yaml:10: adversarial_training[0].most_adversarial_share: found 1.5; allowed: a number "
            + "from 0 up to 1"
    )]
    [TestCase(
        "attack: { name: identity }",
        "s.yaml:10: adversarial_training[0]: attack: found identity, which changes no text; "
            + "allowed: one that does"
    )]
    [TestCase(
        "attack: { name: gcg, iterations: 5 }",
        "s.yaml:10: adversarial_training[0].attack.iterations: found iterations of the attack; "
            + "allowed: iterations of the training, by round"
    )]
    [TestCase(
        "preset: paper-qwen",
        "s.yaml:10: adversarial_training[0].rounds: found nothing for size 14m; the preset knows "
            + "0.5B, 1.5B, 3B, 7B, 14B; allowed: a number of rounds"
    )]
    [TestCase(
        "rounds: { 14m: 2 }",
        "s.yaml:10: adversarial_training[0].rounds.410m: found nothing; allowed: a number of "
            + "rounds for every size"
    )]
    [TestCase(
        "rounds: 2, evaluated_rounds: [3]",
        "s.yaml:10: adversarial_training[0].evaluated_rounds: found 3; allowed: 0 to 2, the rounds "
            + "of training"
    )]
    [TestCase(
        "rounds: 3, keep_every: 2",
        "s.yaml:10: adversarial_training[0].keep_every: found 2, so round 1 is not kept; allowed: "
            + "a number that keeps every evaluated round"
    )]
    [TestCase(
        "loss_rank: published",
        "s.yaml:10: adversarial_training[0].loss_rank: found published; allowed: correct, "
            + "as-published. Did you mean as-published?"
    )]
    [TestCase(
        "sizes: [14]",
        "s.yaml:10: adversarial_training[0].sizes: found 14; allowed: 14m, 410m. Did you mean 14m?"
    )]
    public void FaultsAreToldWithTheirPlace(string settings, string fault) =>
        Assert.That(
            () => Read($"  - {{ {settings} }}"),
            Throws
                .TypeOf<InputFaultException>()
                .With.Property(nameof(InputFaultException.Faults))
                .Contains(fault)
        );

    [Test]
    public void MoreExamplesThanCleanRowsAreRefusedBeforeAnyWork() =>
        Assert.That(
            () => StudyPlan.Create(Read("  - { rounds: 2, examples_per_round: 5000 }")),
            Throws
                .TypeOf<InputFaultException>()
                .With.Message.Contains("adversarial_training gcg, task word-length: ")
                .And.Message.Contains("examples_per_round: found 5000; allowed: at most")
        );

    private static StudyConfig Read(string arm) => StudyFile.Parse("s.yaml", Head + arm, "");
}

using NUnit.Framework;

namespace Robustness.Tests.Cli;

/// <summary>Everything that is wrong with a command line is told at once.</summary>
[TestFixture]
public sealed class OptionFaultTests
{
    [Test]
    public void WrongOptionsAndWhatDoesNotFitTogetherAreToldInOneGo() =>
        Check(
            "attack /nowhere --treads 2 --iterations -1 --positon suffix --attack gxg "
                + "--candidates 10000 --top-k 3 --instructions shirt --task word-length",
            "--treads: robustness attack has no such option. Did you mean --threads?",
            "--positon: robustness attack has no such option. Did you mean --position?",
            "--attack: found gxg; allowed: identity, random_token, gcg. Did you mean gcg?",
            "--iterations: found -1; allowed: a whole number from 1.",
            "/nowhere: there is no such folder.",
            "--instructions: found shirt; allowed: short, paper. Did you mean short?",
            "--candidates: found 10000; 10 tokens x top-k 3 give only 30 distinct swaps"
        );

    [Test]
    public void AnUnknownOptionIsNoArgument() =>
        Check(
            "train --out x --widht 3 --task word-length",
            "--widht: robustness train has no such option. Did you mean --width?"
        );

    [Test]
    public void TrainingTellsWhatBelongsToTheOtherKind() =>
        Check(
            "train --out x --width 33 --heads 2 --data rows.csv --tokens 9 --steps 2 --window 4096",
            "--data: is for fine-tuning; name the model to fine-tune too.",
            "--width is 33, which 2 heads do not divide.",
            "--tokens: found both --tokens and --steps; allowed: one of them.",
            "--window: found 4096; allowed: up to --context, 2048."
        );

    [Test]
    public void AdversarialTrainingTellsWhatDoesNotFitTogether() =>
        Check(
            "train /nowhere --out x --adversarial --preset quik --rounds 0 --steps 3 --width 8 "
                + "--iterations 64:8 --attack identity --most-adversarial-share 1.5 "
                + "--task word-length",
            "--preset: found quik; allowed: paper-pythia, paper-qwen, quick. Did you mean quick?",
            "--rounds: found 0; allowed: a whole number from 1.",
            "--iterations: found 64:8; allowed: a whole number from 1, or two of them that",
            "--most-adversarial-share: found 1.5; allowed: a number from 0 up to 1.",
            "/nowhere: there is no such folder.",
            "--width: is for training from scratch, without a model.",
            "--steps: --adversarial has --rounds and --epochs in its place.",
            "--attack: found identity, which changes no text; allowed: one that does."
        );

    [TestCase("train --out x --adversarial", "--adversarial: is for a fine-tuned model")]
    [TestCase(
        "train --out x --precision bf61",
        "--precision: found bf61; allowed: f32, bf16. Did you mean bf16?"
    )]
    [TestCase("train --out x --rounds 2", "--rounds: is for a fine-tuned model; name it too.")]
    public void RoundsNeedAModel(string arguments, string fault) => Check(arguments, fault);

    [Test]
    public void GenerationTellsWhatDoesNotFitTogether() =>
        Check(
            "generate /nowhere x --top-k 5 --top-p 1.5 --new-tokens 0",
            "--new-tokens: found 0; allowed: a whole number from 1.",
            "--top-p: found 1.5; allowed: a number above 0 up to 1.",
            "/nowhere: there is no such folder.",
            "--temperature: found 0 (greedy) with --top-k or --top-p"
        );

    [TestCase("attack", "Required argument 'model' missing")]
    [TestCase("evaluate x --rows", "Required argument missing for option: '--rows'.")]
    [TestCase("evaluate x --row-ids 3-1", "--row-ids: found 3-1; allowed: numbers and ranges")]
    [TestCase("evaluate x --threads many", "--threads: found many; allowed: a whole number from 1")]
    [TestCase("attack x --backend cuda", "--backend: found cuda; allowed: auto, cpu")]
    [TestCase("attack x --seed -1", "--seed: found -1; allowed: a whole number from 0.")]
    [TestCase("atack x", "atack: robustness has no such verb; it has study")]
    [TestCase("doctor x", "x: robustness doctor takes no such argument.")]
    public void AFaultSaysWhatWasFoundAndWhatIsAllowed(string arguments, string fault)
    {
        var run = CommandRun.Of(arguments.Split(' '));

        Assert.That(run.Code, Is.EqualTo(2));
        Assert.That(run.Output, Is.Empty);
        Assert.That(run.Faults[0], Does.StartWith("error: " + fault));
    }

    private static void Check(string arguments, params string[] faults)
    {
        var run = CommandRun.Of(arguments.Split(' '));

        Assert.That(run.Code, Is.EqualTo(2));
        Assert.That(run.Output, Is.Empty);
        Assert.That(run.Faults, Has.Length.EqualTo(faults.Length), run.Errors);
        Assert.That(run.Errors.TrimEnd().Split('\n'), Has.Length.EqualTo(faults.Length));
        for (int i = 0; i < faults.Length; i++)
        {
            Assert.That(run.Faults[i], Does.StartWith("error: " + faults[i]));
        }
    }
}

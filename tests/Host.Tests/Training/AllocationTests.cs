using NUnit.Framework;
using Robustness.Cli.Bench;
using Robustness.Models;
using Robustness.Study;
using Robustness.Tests.Attacks;
using Robustness.Tests.Models;
using Robustness.Tokens;
using Robustness.Training;

namespace Robustness.Tests.Training;

/// <summary>
/// Nothing is left to the garbage collector per training step, generated token or candidate: more
/// of them allocate, on all threads together, not a byte more.
/// </summary>
[TestFixture]
public sealed class AllocationTests
{
    private const int WarmUp = 5;
    private const int Windows = 20;
    private const int Steps = 2;

    [Test]
    public void ATrainingStepAllocatesNothing(
        [Values(1, 2)] int threads,
        [Values] Precision precision
    )
    {
        using var backend = TinyModel.Backend(threads);
        long[] allocated = new long[WarmUp + (Windows * 3 * Steps) + 1];
        using var model = TrainingFixture.Train(
            backend,
            allocated.Length - 1,
            progress => allocated[progress.Step] = GC.GetTotalAllocatedBytes(precise: true),
            precision
        );
        CheckThatSomeWindowIsEmpty(allocated, WarmUp);
    }

    [Test]
    public void AFineTuningStepAllocatesNothing(
        [Values(1, 2)] int threads,
        [Values] Precision precision
    )
    {
        const int epochs = 4;
        using var backend = TinyModel.Backend(threads);
        var config = AttackFixture.Config with { Precision = precision };
        using var model = TinyModel.Create(backend, config);
        long[] allocated = new long[WarmUp + (Windows * 3 * Steps) + 1];
        int steps = allocated.Length - 1;
        var settings = new FineTuningSettings
        {
            StepCount = steps,
            BatchSize = 9,
            ChunkNoise = 0.5,
        };
        var context = new TrainingContext(
            0,
            "",
            null,
            p => allocated[p.Step] = GC.GetTotalAllocatedBytes(precise: true),
            TimeProvider.System,
            CancellationToken.None
        );
        var rows = AttackFixture.Rows(steps * settings.BatchSize / epochs);
        ModelTraining.FineTune(backend, model, settings, rows, ByteTokenizer.Ascii, context);
        CheckThatSomeWindowIsEmpty(allocated, WarmUp);
    }

    [Test]
    public void AnAdversarialTrainingStepAllocatesNothing([Values] bool bytePairs)
    {
        var allocated = new List<long>();
        var settings = AdversarialFixture.Settings with
        {
            RoundCount = 2,
            ExamplesPerRound = 40,
            MostRows = 120,
            BatchSize = 3,
            EpochCount = 5,
            // Noise would always hold pieces that are new to a byte-pair tokenizer.
            ChunkNoise = bytePairs ? 0 : 0.5,
        };
        using var folder = new TemporaryFolder();
        var context = AdversarialFixture.Context(
            folder,
            p =>
            {
                if (p.Round == 2 && p.Loss is not null && p.Ended is null)
                {
                    allocated.Add(GC.GetTotalAllocatedBytes(precise: true));
                }
            }
        );
        Tokenizer tokenizer = bytePairs ? AttackFixture.BytePairs() : ByteTokenizer.Ascii;
        AdversarialFixture.Run(settings, context, threads: 2, tokenizer: tokenizer);
        // Texts of the first epoch, 40 steps, are new to the tokenizer: it takes room for them.
        Assert.That(allocated, Has.Count.EqualTo(5 * 40));
        CheckThatSomeWindowIsEmpty([.. allocated], 40 + WarmUp);
    }

    [Test]
    public void AGeneratedTokenAllocatesNothing(
        [Values(0, 0.8)] double temperature,
        [Values] Precision precision
    )
    {
        using var backend = TinyModel.Backend(2);
        var config = TinyModel.Config with { Precision = precision };
        using var model = TinyModel.Create(backend, config);
        using var generator = new Generator(backend, model);
        GenerationPrompt[] prompts =
        [
            .. Enumerable.Range(1, 5).Select(r => new GenerationPrompt(r, TinyModel.Ids(r, 9))),
        ];
        var settings = new GenerationSettings
        {
            NewTokenCount = WarmUp + (Windows * 3 * Steps),
            Temperature = temperature,
            TopK = temperature > 0 ? 8 : 0,
        };
        generator.Begin(prompts, settings, "");
        Generate(WarmUp);
        CheckThatSomeWindowIsEmpty(Generate);

        long Generate(int count)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            for (int step = 0; step < count; step++)
            {
                generator.Step();
            }
            return GC.GetTotalAllocatedBytes(precise: true) - before;
        }
    }

    [Test]
    public void ACandidateOfGcgAllocatesNothing([Values] bool caches)
    {
        // What an iteration records of itself is its trace; it does not grow with candidates.
        long once = BytesOfAnIteration(candidates: 40, caches);
        long twice = BytesOfAnIteration(candidates: 80, caches);
        Assert.That(twice - once, Is.Zero);
    }

    // Bytes until each step; the steps before the first one warm up.
    private static void CheckThatSomeWindowIsEmpty(long[] allocated, int first)
    {
        int at = first;
        CheckThatSomeWindowIsEmpty(steps =>
        {
            at += steps;
            return allocated[at] - allocated[at - steps];
        });
    }

    // The process has threads that are not ours and allocate now and then: what every step
    // allocates is seen in every window, what they do is not.
    private static void CheckThatSomeWindowIsEmpty(Func<int, long> bytesOfSteps)
    {
        long[] once = [.. Enumerable.Range(0, Windows).Select(_ => bytesOfSteps(Steps))];
        long[] twice = [.. Enumerable.Range(0, Windows).Select(_ => bytesOfSteps(2 * Steps))];
        Assert.That(once.Min(), Is.Zero, $"bytes of {Steps} steps: {string.Join(", ", once)}");
        Assert.That(twice.Min(), Is.Zero, $"of twice as many: {string.Join(", ", twice)}");
    }

    private static long BytesOfAnIteration(int candidates, bool caches)
    {
        var size = new AttackBenchSize(32, 2, 40, 6, 3, candidates, 3, caches, caches);
        var report = new AttackBench(TimeProvider.System, ByteTokenizer.Ascii).Run(
            2,
            256,
            [size],
            10,
            false
        );
        var result = report.Results[0];
        double scored = result.CandidatesPerSecond / result.IterationsPerSecond * size.Examples;
        return (long)Math.Round(result.BytesPerCandidate * scored);
    }
}

using NUnit.Framework;
using Robustness.Compute;
using Robustness.Models;

namespace Robustness.Tests.Models;

/// <summary>
/// Generation against its definition in double, and against itself however it is cut.
/// </summary>
[TestFixture]
public sealed class GeneratorTests
{
    private static readonly GenerationSettings s_sampled = new()
    {
        NewTokenCount = 70,
        Temperature = 0.8,
        TopK = 20,
        TopP = 0.95,
        Seed = 5,
        LogProbabilities = true,
    };

    [Test]
    public void GreedyTokensAreTheArgMaxOfTheDefinition()
    {
        using var backend = TinyModel.Backend();
        using var model = TinyModel.Create(backend);
        var reference = new ReferenceTransformer(model);
        var settings = new GenerationSettings { NewTokenCount = 12, LogProbabilities = true };
        foreach (var found in Run(backend, model, Prompts(4), settings))
        {
            List<int> ids = [.. Prompts(4)[(int)found.RowId].Ids];
            for (int t = 0; t < found.Ids.Length; t++)
            {
                double[] logits = reference.TokenLogits([.. ids]);
                int best = Array.IndexOf(logits, logits.Max());
                double expected = -Math.Log(logits.Sum(l => Math.Exp(l - logits[best])));
                Assert.That(found.Ids[t], Is.EqualTo(best), $"prompt {found.RowId}, token {t}");
                Assert.That(found.LogProbabilities[t], Is.EqualTo(expected).Within(2e-5));
                ids.Add(best);
            }
        }
    }

    [Test]
    public void BitsDoNotDependOnCacheBatchLaunchThreadsOrWidth(
        [Values] bool greedy,
        [Values] Precision precision
    )
    {
        var config = TinyModel.Config with { Precision = precision };
        var settings = greedy ? s_sampled with { Temperature = 0, TopK = 0, TopP = 1 } : s_sampled;
        string? expected = null;
        foreach (int bits in new[] { 128, 256, 512 })
        {
            using var backend = TinyModel.Backend(bits == 256 ? 2 : 1, bits);
            using var model = TinyModel.Create(backend, config);
            GenerationSettings[] cuts =
            [
                settings,
                settings with
                {
                    Cache = false,
                },
                settings with
                {
                    BatchSize = 1,
                },
                settings with
                {
                    BatchSize = 2,
                    LaunchRows = 40,
                    Cache = bits == 128,
                },
            ];
            foreach (var cut in cuts)
            {
                string found = Fingerprint(Run(backend, model, Prompts(5), cut));
                expected ??= found;
                Assert.That(found, Is.EqualTo(expected), $"{bits} bits, {cut}");
            }
            string reversed = Fingerprint(
                Run(backend, model, [.. Prompts(5).Reverse()], settings).OrderBy(c => c.RowId)
            );
            Assert.That(reversed, Is.EqualTo(expected), "another order of the prompts");
        }
    }

    [Test]
    public void AStepInSteadyStateAllocatesNothing(
        [Values] bool greedy,
        [Values] Precision precision
    )
    {
        using var backend = TinyModel.Backend(2);
        var config = TinyModel.Config with { Precision = precision };
        using var model = TinyModel.Create(backend, config);
        using var generator = new Generator(backend, model);
        var settings = greedy ? s_sampled with { Temperature = 0, TopK = 0, TopP = 1 } : s_sampled;
        generator.Begin(Prompts(5), settings, "");
        // The smallest of several windows: the test runner allocates in the same process.
        long least = long.MaxValue;
        for (int window = 0; window < 6; window++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            for (int step = 0; step < 10; step++)
            {
                generator.Step();
            }
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }
        Assert.That(least, Is.Zero);
    }

    [Test]
    public void AContinuationEndsAtItsLengthItsStopTokenOrTheContext()
    {
        using var backend = TinyModel.Backend();
        using var model = TinyModel.Create(backend);
        var prompts = Prompts(1);
        var settings = new GenerationSettings { NewTokenCount = 6 };
        var whole = Run(backend, model, prompts, settings)[0];
        int stop = whole.Ids[3];
        int first = Array.IndexOf(whole.Ids, stop);
        var stopped = Run(backend, model, prompts, settings with { StopId = stop })[0];
        var full = Run(backend, model, prompts, settings with { NewTokenCount = 1000 })[0];

        Assert.That(whole.Ids, Has.Length.EqualTo(6));
        Assert.That(whole.Finish, Is.EqualTo(FinishReason.Length));
        Assert.That(stopped.Ids, Is.EqualTo(whole.Ids[..(first + 1)]));
        Assert.That(stopped.Finish, Is.EqualTo(FinishReason.Stop));
        int room = TinyModel.Config.ContextLength - prompts[0].Ids.Length;
        Assert.That(full.Ids, Has.Length.EqualTo(room));
        Assert.That(full.Finish, Is.EqualTo(FinishReason.Context));
    }

    [TestCase(0)]
    [TestCase(256)]
    public void APromptThatDoesNotFitIsRefused(int length)
    {
        using var backend = TinyModel.Backend();
        using var model = TinyModel.Create(backend);
        using var generator = new Generator(backend, model);
        Assert.That(
            () => generator.Begin([new GenerationPrompt(7, new int[length])], new(), ""),
            Throws.ArgumentException.With.Message.StartsWith(
                $"Prompt 7 has {length} tokens; allowed is from 1 to 255"
            )
        );
    }

    private static GenerationPrompt[] Prompts(int count) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => new GenerationPrompt(i, TinyModel.Ids(1 + (i * 17), (ulong)i))),
        ];

    private static List<Continuation> Run(
        IBackend backend,
        ModelParameters model,
        GenerationPrompt[] prompts,
        GenerationSettings settings
    )
    {
        using var generator = new Generator(backend, model);
        return [.. generator.Run(prompts, settings, "test", CancellationToken.None)];
    }

    private static string Fingerprint(IEnumerable<Continuation> continuations) =>
        string.Join(
            "\n",
            continuations.Select(c =>
                string.Join(",", c.Ids)
                + " "
                + string.Join(",", c.LogProbabilities.Select(BitConverter.DoubleToInt64Bits))
            )
        );
}

using NUnit.Framework;
using Robustness.Attacks;
using Robustness.Compute;
using Robustness.Data;
using Robustness.Models;
using Robustness.Numerics;
using Robustness.Tests.Models;
using Robustness.Tokens;

namespace Robustness.Tests.Attacks;

/// <summary>GCG against its definition, and the same bits however its work is cut.</summary>
public sealed class GcgAttackTests
{
    [TestCase(ChunkKind.Overwritable, InsertionPosition.Suffix)]
    [TestCase(ChunkKind.Perturbable, InsertionPosition.Suffix)]
    [TestCase(ChunkKind.Perturbable, InsertionPosition.Prefix)]
    [TestCase(ChunkKind.Perturbable, InsertionPosition.Infix90)]
    [TestCase(ChunkKind.Overwritable, InsertionPosition.Suffix, Precision.Bf16)]
    [TestCase(ChunkKind.Perturbable, InsertionPosition.Infix90, Precision.Bf16)]
    public void BitsDoNotDependOnHowTheWorkIsCut(
        ChunkKind kind,
        InsertionPosition position,
        Precision precision = Precision.F32
    )
    {
        var rows = AttackFixture.Rows(10, kind);
        var settings = AttackFixture.Gcg with { Position = position };
        string expected = Fingerprint(settings, rows, precision);
        Assert.That(expected, Is.Not.Empty);
        foreach (bool prefix in new[] { true, false })
        {
            foreach (bool reuse in new[] { true, false })
            {
                var cut = settings with { PrefixCache = prefix, PositionReuse = reuse };
                cut = cut with { LaunchRows = prefix ? 64 : 100_000 };
                string found = Fingerprint(cut, rows, precision, 2);
                Assert.That(found, Is.EqualTo(expected), $"prefix {prefix}, reuse {reuse}");
            }
        }
    }

    [TestCase(128)]
    [TestCase(256)]
    [TestCase(512)]
    [TestCase(128, Precision.Bf16)]
    public void BitsDoNotDependOnTheVectorWidth(int bits, Precision precision = Precision.F32)
    {
        var rows = AttackFixture.Rows(6);
        string expected = Fingerprint(AttackFixture.Gcg, rows, precision);
        string narrow = Fingerprint(AttackFixture.Gcg, rows, precision, bits: bits);
        Assert.That(narrow, Is.EqualTo(expected));
    }

    [Test]
    public void AnExampleAloneHasTheTraceItHasInCompany()
    {
        var rows = AttackFixture.Rows(8);
        var together = AttackFixture.Evaluate(AttackFixture.Gcg, rows);
        foreach (var trace in together.Traces)
        {
            var alone = AttackFixture.Evaluate(AttackFixture.Gcg, [rows[(int)trace.RowId]]);
            Assert.That(
                AttackFixture.Fingerprint(alone),
                Is.EqualTo(AttackFixture.Fingerprint(together with { Traces = [trace] }))
            );
        }
    }

    [Test]
    public void TheFirstIterationEqualsTheDefinition()
    {
        var settings = AttackFixture.Gcg with { IterationCount = 1 };
        var rows = AttackFixture.Rows(6);
        var result = AttackFixture.Evaluate(settings, rows);
        using var backend = TinyModel.Backend();
        using var model = TinyModel.Create(backend, AttackFixture.Config);
        var reference = new ReferenceTransformer(model);
        foreach (var trace in result.Traces)
        {
            var (ids, loss) = FirstIteration(reference, settings, trace);
            Assert.That(trace.Iterations[0].AttackIds, Is.EqualTo(ids));
            Assert.That(trace.Iterations[0].Loss, Is.EqualTo(loss).Within(1e-4));
        }
    }

    [Test]
    public void TheFlopsOfALaunchAreTheSumOfItsExamples()
    {
        var rows = AttackFixture.Rows(10);
        var together = AttackFixture.Evaluate(AttackFixture.Gcg, rows);
        var config = AttackFixture.Config;
        foreach (var trace in together.Traces)
        {
            int length = trace.CleanText.Length + AttackFixture.Gcg.TokenCount;
            foreach (var entry in trace.Iterations)
            {
                long forward = 2 * config.ClassifierParameterCount * length;
                Assert.That(entry.Flops.Paper, Is.EqualTo(forward * (entry.CandidatesScored + 3)));
                Assert.That(
                    entry.Flops.Published,
                    Is.EqualTo(forward * (entry.CandidatesScored + 4))
                );
                Assert.That(entry.Flops.Linear, Is.LessThan(entry.Flops.Executed));
                Assert.That(entry.Flops.Executed, Is.LessThan(entry.Flops.Paper));
            }
        }
    }

    [Test]
    public void MoreCandidatesThanSwapsIsAnErrorWithItsRemedy()
    {
        var settings = AttackFixture.Gcg with { CandidateCount = 97 };
        Assert.That(
            () => AttackFixture.Evaluate(settings, AttackFixture.Rows(2)),
            Throws.ArgumentException.With.Message.StartsWith(
                "CandidateCount is 97, but 6 positions x top-16 give only 96 distinct swaps."
            )
        );
    }

    // The definition with the gradient by central differences of the reference in double.
    private static string Fingerprint(
        AttackSettings settings,
        IReadOnlyList<Example> rows,
        Precision precision,
        int threads = 1,
        int bits = 0
    ) =>
        AttackFixture.Fingerprint(AttackFixture.Evaluate(settings, rows, threads, bits, precision));

    private static (int[] Ids, double Loss) FirstIteration(
        ReferenceTransformer reference,
        AttackSettings settings,
        AttackTrace trace
    )
    {
        int target = 1 - trace.Label;
        int[] attack = [.. trace.InitialAttackIds];
        int start = trace.Before.Length;
        int[] prompt = ByteTokenizer.Ascii.Encode(
            trace.Before + ByteTokenizer.Ascii.Decode(attack) + trace.After
        );
        int width = AttackFixture.Config.Width;
        double[] table = reference.Values["gpt_neox.embed_in.weight"];
        var top = new int[settings.TokenCount][];
        for (int a = 0; a < settings.TokenCount; a++)
        {
            double[] gradient = Gradient(reference, prompt, start + a, target);
            top[a] =
            [
                .. Enumerable
                    .Range(' ', '~' - ' ' + 1)
                    .OrderBy(id => gradient.Select((g, c) => g * table[(id * width) + c]).Sum())
                    .Take(settings.TopK),
            ];
        }
        var key = StreamKey.Create(settings.Seed, "attack/gcg/candidates", "fixture");
        var pairs = new int[settings.CandidateCount];
        int pool = settings.TokenCount * settings.TopK;
        Sampling.WithoutReplacement(key, 1, (ulong)trace.RowId, pool, pairs);
        (int[] Ids, double Loss) best = ([], double.PositiveInfinity);
        foreach (int pair in pairs)
        {
            int position = pair / settings.TopK;
            int id = top[position][pair % settings.TopK];
            int[] swapped = [.. prompt];
            swapped[start + position] = id;
            double loss = reference.ClassLoss(swapped, target);
            if (id != prompt[start + position] && loss < best.Loss)
            {
                best = ([.. swapped.AsSpan(start, settings.TokenCount)], loss);
            }
        }
        return best;
    }

    private static double[] Gradient(
        ReferenceTransformer reference,
        int[] prompt,
        int token,
        int target
    )
    {
        const double Step = 1e-4;
        int width = AttackFixture.Config.Width;
        var gradient = new double[width];
        reference.InputShift = new double[prompt.Length * width];
        for (int c = 0; c < width; c++)
        {
            int at = (token * width) + c;
            reference.InputShift[at] = Step;
            double above = reference.ClassLoss(prompt, target);
            reference.InputShift[at] = -Step;
            double below = reference.ClassLoss(prompt, target);
            reference.InputShift[at] = 0;
            gradient[c] = (above - below) / (2 * Step);
        }
        reference.InputShift = null;
        return gradient;
    }
}

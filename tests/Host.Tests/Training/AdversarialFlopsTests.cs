using NUnit.Framework;
using Robustness.Attacks;
using Robustness.Backends.Cpu;
using Robustness.Data;
using Robustness.Models;
using Robustness.Numerics;
using Robustness.Tests.Attacks;
using Robustness.Tests.Models;
using Robustness.Tokens;
using Robustness.Training;

namespace Robustness.Tests.Training;

/// <summary>
/// The FLOPs of each round, counted again here from token counts and the shape of the model.
/// </summary>
[TestFixture]
public sealed class AdversarialFlopsTests
{
    private static readonly ModelConfig s_model = AttackFixture.Config;

    // 2-class head, embedding, and 12·C² + 13·C a layer, and the final norm.
    private static readonly long s_parameters =
        (s_model.VocabularySize * s_model.Width)
        + (s_model.LayerCount * ((12L * s_model.Width * s_model.Width) + (13L * s_model.Width)))
        + (2L * s_model.Width)
        + (2L * s_model.Width);

    [Test]
    public void TrainingCostsSixFlopsAParameterAndToken()
    {
        using var folder = new TemporaryFolder();
        var settings = AdversarialFixture.Settings;

        List<double?[]> losses =
        [
            [],
        ];
        var context = AdversarialFixture.Context(
            folder,
            progress: p =>
            {
                if (p.Ended is { } ended)
                {
                    string path = folder.Of($"state/{ended.Round:0000}.pool.jsonl");
                    var entries = AdversarialPool.Parse(path, File.ReadAllText(path));
                    losses.Add([.. entries.Select(e => e.LastLoss)]);
                }
            }
        );

        var (outcome, pool) = AdversarialFixture.Run(settings, context);

        foreach (var round in outcome.Rounds)
        {
            var fresh = new double?[settings.ExamplesPerRound];
            double?[] before = [.. losses[round.Round - 1], .. fresh];
            var lengths = Lengths(settings, round, pool, before);
            Assert.That(round.TokenCount, Is.EqualTo(lengths.Sum()), $"round {round.Round}");
            var paper = (UInt128)(6 * s_parameters * lengths.Sum());
            Assert.That(round.TrainingFlops.Paper, Is.EqualTo(paper));
            Assert.That(round.TrainingFlops.Published, Is.EqualTo(paper));
            var linear = (UInt128)(3 * lengths.Sum(Forward));
            Assert.That(round.TrainingFlops.Linear, Is.EqualTo(linear));
            Assert.That(round.TrainingFlops.Executed, Is.GreaterThan(linear));
        }
    }

    [Test]
    public void RandomTokenCostsOneForwardAnIteration()
    {
        using var folder = new TemporaryFolder();
        var settings = AdversarialFixture.Settings with
        {
            Attack = AdversarialFixture.Settings.Attack with
            {
                Kind = AttackKind.RandomToken,
                PrefixCache = false,
            },
            Iterations = new IterationSchedule(1, 3),
        };

        var (outcome, pool) = AdversarialFixture.Run(settings, AdversarialFixture.Context(folder));

        foreach (var round in outcome.Rounds)
        {
            var lengths = Attacked(pool, round.Round).ToList();
            var paper = (UInt128)(2 * s_parameters * lengths.Sum() * round.AttackIterations);
            Assert.That(round.AttackFlops.Paper, Is.EqualTo(paper));
            Assert.That(round.AttackFlops.Published, Is.EqualTo(paper));
        }
        var first = (UInt128)Attacked(pool, 1).Sum(Forward);
        Assert.That(outcome.Rounds[0].AttackFlops.Linear, Is.EqualTo(first));
    }

    // R is what an attack of the same rows on the same weights scored; the published rule has one
    // forward more.
    [Test]
    public void GcgCostsTwoFlopsAParameterTokenAndCandidate()
    {
        using var folder = new TemporaryFolder();
        var settings = AdversarialFixture.Settings;
        var context = AdversarialFixture.Context(folder);

        var (outcome, pool) = AdversarialFixture.Run(settings, context);

        for (int r = 1; r <= settings.RoundCount; r++)
        {
            var scored = Scored(settings, context, pool, r);
            long forward = 2 * s_parameters;
            var paper = scored.Sum(s => forward * s.Length * (s.Candidates + (3 * s.Iterations)));
            var extra = scored.Sum(s => forward * s.Length * s.Iterations);
            var flops = outcome.Rounds[r - 1].AttackFlops;
            Assert.That(flops.Paper, Is.EqualTo((UInt128)paper), $"round {r}");
            Assert.That(flops.Published, Is.EqualTo((UInt128)(paper + extra)), $"round {r}");
        }
        Assert.That(
            outcome.TotalFlops().Paper,
            Is.EqualTo(
                outcome.Rounds.Aggregate(
                    UInt128.Zero,
                    (sum, r) => sum + r.AttackFlops.Paper + r.TrainingFlops.Paper
                )
            )
        );
    }

    private static List<(long Length, long Candidates, int Iterations)> Scored(
        AdversarialTrainingSettings settings,
        AdversarialContext context,
        AdversarialPool pool,
        int round
    )
    {
        using var backend = new CpuBackend(1, VectorWidth.Widest);
        using var model =
            round == 1
                ? TinyModel.Create(backend, s_model)
                : Checkpoint.Load(backend, context.FolderOf(round - 1));
        using var victim = new Victim(backend, model, settings.Attack.LaunchRows);
        var rows = AdversarialFixture.Rows();
        List<AttackPrompt> prompts =
        [
            .. pool
                .Entries.Where(e => e.Round == round)
                .Select(e => new AttackPrompt(
                    rows[e.Row],
                    settings.Attack.Position,
                    ByteTokenizer.Ascii
                )),
        ];
        var attack = new GcgAttack(
            settings.Attack with
            {
                IterationCount = settings.IterationsOf(round),
            },
            context.AttackScope(round)
        );
        var traces = attack.Run(
            victim,
            ByteTokenizer.Ascii,
            prompts,
            [.. prompts.Select(_ => new float[2])],
            CancellationToken.None
        );
        return
        [
            .. traces.Select(t =>
                (
                    (long)(t.Before.Length + settings.Attack.TokenCount + t.After.Length),
                    (long)t.Iterations.Sum(i => i.CandidatesScored),
                    t.Iterations.Count
                )
            ),
        ];
    }

    private static IEnumerable<long> Attacked(AdversarialPool pool, int round) =>
        pool.Entries.Where(e => e.Round == round).Select(e => (long)e.AttackedText.Length);

    // Prompt lengths of a round's rows, drawn again from the named streams and the losses that
    // the examples had when the round began.
    private static List<long> Lengths(
        AdversarialTrainingSettings settings,
        RoundOutcome round,
        AdversarialPool pool,
        IReadOnlyList<double?> losses
    )
    {
        var rows = AdversarialFixture.Rows();
        int[] clean = new int[round.CleanRows];
        Sampling.WithoutReplacement(Key("adversarial/clean"), (uint)round.Round, 0, 80, clean);
        var noise = new ChunkNoise(Key("fine-tuning/chunk-noise"), settings.ChunkNoise);
        double[] weights = PoolSampling.Weights(
            losses,
            settings.LossRankWeight,
            settings.SamplingDecay,
            settings.LossRank
        );
        int[] places = PoolSampling.Draw(
            Key("adversarial/pool"),
            round.Round,
            weights,
            round.AdversarialRows
        );
        return
        [
            .. clean.Select(r => (long)noise.Prompt(rows[r], round.Round).Length),
            .. places.Select(p => (long)pool.Entries[p].AttackedText.Length),
        ];
    }

    private static StreamKey Key(string purpose) =>
        StreamKey.Create(AdversarialFixture.Seed, purpose, AdversarialFixture.Scope);

    // Linear FLOPs of one prompt: the last layer reads one row.
    private static long Forward(long length)
    {
        long square = (long)s_model.Width * s_model.Width;
        long all = 2 * length * 12 * square;
        return ((s_model.LayerCount - 1) * all) + (2 * length * 2 * square) + (2 * 10 * square);
    }
}

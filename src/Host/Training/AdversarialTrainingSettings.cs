using Robustness.Attacks;

namespace Robustness.Training;

/// <summary>
/// Adversarial training (4.1). The defaults are the paper's values, but for the loss rank.
/// </summary>
public sealed record AdversarialTrainingSettings
{
    /// <summary>Rounds.</summary>
    public int RoundCount { get; init; } = 3;

    /// <summary>The attack inside; its iterations come from the schedule.</summary>
    public AttackSettings Attack { get; init; } = new();

    /// <summary>Attack iterations by round.</summary>
    public IterationSchedule Iterations { get; init; } = new(8, 64);

    /// <summary>What R is in the schedule.</summary>
    public ScheduleReading Reading { get; init; } = ScheduleReading.Rounds;

    /// <summary>Rows attacked in each round.</summary>
    public int ExamplesPerRound { get; init; } = 200;

    /// <summary>Most rows a round trains on.</summary>
    public int MostRows { get; init; } = 1000;

    /// <summary>Largest share of adversarial rows among them.</summary>
    public double MostAdversarialShare { get; init; } = 0.8;

    /// <summary>w: what the loss rank counts beside the age rank, 0 to 1.</summary>
    public double LossRankWeight { get; init; } = 0.5;

    /// <summary>How fast chances fall with rank; 0 = uniform.</summary>
    public double SamplingDecay { get; init; } = 0.005;

    /// <summary>How losses become ranks.</summary>
    public LossRankRule LossRank { get; init; } = LossRankRule.Correct;

    /// <summary>
    /// Clean and adversarial rows take turns in an epoch; the kind with fewer rows begins anew
    /// until the other is used up. A setting of the older published code, off by default.
    /// </summary>
    public bool Balanced { get; init; }

    /// <summary>Epochs over a round's rows.</summary>
    public int EpochCount { get; init; } = 1;

    /// <summary>Rows per step.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>
    /// Share of clean rows with random text in an overwritable chunk, as in fine-tuning.
    /// </summary>
    public double ChunkNoise { get; init; }

    /// <summary>Optimiser; its state lasts over all rounds.</summary>
    public OptimizerSettings Optimizer { get; init; } = new() { Schedule = ScheduleKind.Constant };

    /// <summary>
    /// The control arm: random text of the attack's length in place of the attacked texts.
    /// </summary>
    public bool Control { get; init; }

    /// <summary>Stop after a round whose fresh examples succeed less often; 0 = never.</summary>
    public double StoppingSuccessRate { get; init; }

    /// <summary>
    /// Stop once attack and training have cost this much (paper's rule); null = never.
    /// </summary>
    public double? StoppingFlops { get; init; }

    /// <summary>Weights are kept of every k-th round and of the last. Changes no result.</summary>
    public int KeepEvery { get; init; } = 1;

    /// <summary>Whether a round's weights stay.</summary>
    public bool Keeps(int round) => round % KeepEvery == 0 || round == RoundCount;

    /// <summary>Attack iterations of a round, counted from 1.</summary>
    public int IterationsOf(int round) => Iterations.Iterations(round, RoundCount, Reading);

    /// <summary>Rows of a round, when no round was cut short before it.</summary>
    public RoundMixture MixtureOf(int round, int cleanCount) =>
        RoundMixture.Of(cleanCount, round * ExamplesPerRound, MostRows, MostAdversarialShare);

    /// <summary>Optimiser steps of the rounds 1 to <paramref name="round"/>.</summary>
    public int StepsUntil(int round, int cleanCount) =>
        Enumerable.Range(1, round).Sum(r => EpochCount * StepsPerEpoch(r, cleanCount));

    /// <summary>Optimiser steps of one epoch of a round.</summary>
    public int StepsPerEpoch(int round, int cleanCount) =>
        (UsesPerEpoch(MixtureOf(round, cleanCount)) + BatchSize - 1) / BatchSize;

    /// <summary>Rows that one epoch over a mixture goes through.</summary>
    public int UsesPerEpoch(RoundMixture mixture) =>
        Balanced && mixture is { CleanCount: > 0, AdversarialCount: > 0 }
            ? 2 * Math.Max(mixture.CleanCount, mixture.AdversarialCount)
            : mixture.Count;
}

using System.Runtime.InteropServices;
using Robustness.Data;
using Robustness.Numerics;
using Robustness.Tokens;

namespace Robustness.Training;

/// <summary>
/// The rows of one round: clean rows in row order, then pool examples oldest first. Clean rows
/// carry the random text of fine-tuning where that was used.
/// </summary>
internal sealed class RoundRows
{
    private readonly IReadOnlyList<Example> _clean;
    private readonly AdversarialPool _pool;
    private readonly ChunkNoise _noise;
    private readonly Tokenizer _tokenizer;
    private readonly int[] _cleanRows;
    private readonly int[] _places;
    private readonly int _firstUse;
    private readonly List<char> _prompt = [];

    public RoundRows(
        IReadOnlyList<Example> clean,
        AdversarialPool pool,
        Tokenizer tokenizer,
        AdversarialTrainingSettings settings,
        AdversarialContext context,
        int round
    )
    {
        _clean = clean;
        _pool = pool;
        _tokenizer = tokenizer;
        _noise = new ChunkNoise(
            ChunkNoise.KeyFor(context.Seed, context.Scope),
            settings.ChunkNoise
        );
        _firstUse = round * settings.EpochCount;
        var mixture = RoundMixture.Of(
            clean.Count,
            pool.Entries.Count,
            settings.MostRows,
            settings.MostAdversarialShare
        );
        _cleanRows = new int[mixture.CleanCount];
        var cleanKey = StreamKey.Create(context.Seed, "adversarial/clean", context.Scope);
        Sampling.WithoutReplacement(cleanKey, (uint)round, 0, clean.Count, _cleanRows);
        Array.Sort(_cleanRows);
        double[] weights = PoolSampling.Weights(
            [.. pool.Entries.Select(e => e.LastLoss)],
            settings.LossRankWeight,
            settings.SamplingDecay,
            settings.LossRank
        );
        var poolKey = StreamKey.Create(context.Seed, "adversarial/pool", context.Scope);
        _places = PoolSampling.Draw(poolKey, round, weights, mixture.AdversarialCount);
        Array.Sort(_places);
        Training = new TrainingRows(
            [.. _cleanRows.Select(r => clean[r].Label), .. _places.Select(Label)],
            Encode
        );
    }

    /// <summary>Labels and prompts.</summary>
    public TrainingRows Training { get; }

    /// <summary>How many of each kind.</summary>
    public RoundMixture Mixture => new(CleanCount, AdversarialCount);

    public int CleanCount => _cleanRows.Length;

    public int AdversarialCount => _places.Length;

    /// <summary>Notes in the pool what its examples lost, and gives the two means.</summary>
    /// <param name="losses">[rows] of the last epoch.</param>
    public (double? Clean, double? Adversarial) Record(double[] losses)
    {
        for (int i = 0; i < _places.Length; i++)
        {
            _pool.SetLoss(_places[i], losses[CleanCount + i]);
        }
        return (
            CleanCount == 0 ? null : losses.Take(CleanCount).Sum() / CleanCount,
            AdversarialCount == 0 ? null : losses.Skip(CleanCount).Sum() / AdversarialCount
        );
    }

    private int Label(int place) => _pool.Entries[place].Label;

    private void Encode(int row, int epoch, List<int> ids)
    {
        if (row >= CleanCount)
        {
            _tokenizer.Encode(_pool.Entries[_places[row - CleanCount]].AttackedText, ids);
            return;
        }
        _prompt.Clear();
        _noise.Append(_prompt, _clean[_cleanRows[row]], _firstUse + epoch);
        _tokenizer.Encode(CollectionsMarshal.AsSpan(_prompt), ids);
    }
}

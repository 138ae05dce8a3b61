using Robustness.Numerics;

namespace Robustness.Training;

/// <summary>
/// The order of a round's rows, clean ones first in their numbering: a permutation of all (stream
/// <c>adversarial/order</c>), or, balanced, clean and adversarial rows in turn, each kind in
/// permutations of its own (streams <c>adversarial/order-clean</c> and
/// <c>adversarial/order-adversarial</c>; t = round, row = epoch · 2³² + how often it was gone
/// through before).
/// </summary>
internal sealed class RoundOrder(
    AdversarialContext context,
    AdversarialTrainingSettings settings,
    RoundMixture mixture,
    int round
)
{
    private readonly int[] _uses = new int[settings.UsesPerEpoch(mixture)];
    private readonly int[] _clean = new int[mixture.CleanCount];
    private readonly int[] _adversarial = new int[mixture.AdversarialCount];

    /// <summary>The rows of an epoch, until the next one is asked for.</summary>
    public Span<int> Of(int epoch)
    {
        if (!TakesTurns)
        {
            var key = StreamKey.Create(context.Seed, "adversarial/order", context.Scope);
            Sampling.WithoutReplacement(key, (uint)round, (ulong)epoch, _uses.Length, _uses);
            return _uses;
        }
        Fill("adversarial/order-clean", _clean, 0, 0, epoch);
        Fill("adversarial/order-adversarial", _adversarial, 1, mixture.CleanCount, epoch);
        return _uses;
    }

    private bool TakesTurns =>
        settings.Balanced && mixture is { CleanCount: > 0, AdversarialCount: > 0 };

    // One kind at every second place, permutation after permutation.
    private void Fill(string purpose, int[] permutation, int place, int firstRow, int epoch)
    {
        var key = StreamKey.Create(context.Seed, purpose, context.Scope);
        for (int use = 0; place < _uses.Length; use++, place += 2)
        {
            int at = use % permutation.Length;
            if (at == 0)
            {
                ulong row = ((ulong)epoch << 32) + (ulong)(use / permutation.Length);
                Sampling.WithoutReplacement(key, (uint)round, row, permutation.Length, permutation);
            }
            _uses[place] = firstRow + permutation[at];
        }
    }
}

using Robustness.Tokens;

namespace Robustness.Attacks;

/// <summary>
/// GCG (Zou et al. 2023) as the study runs it (3.2): per iteration one gradient of the loss by
/// the attack's one-hot tokens, the top-k most promising ids per position, S single-token swaps
/// drawn from them, and the swap of lowest loss kept even if it is worse than before.
/// Many examples share each launch; an example's result does not depend on the others.
/// </summary>
/// <param name="settings">Tokens, iterations, candidates, top-k, seed, caches.</param>
/// <param name="scope">Scope of the streams.</param>
public sealed class GcgAttack(AttackSettings settings, string scope) : IAttack
{
    /// <summary>Examples that hold a cache slot at one time.</summary>
    private const int GroupSize = 32;

    /// <inheritdoc/>
    public IReadOnlyList<AttackTrace> Run(
        Victim victim,
        ITokenizer tokenizer,
        IReadOnlyList<AttackPrompt> prompts,
        IReadOnlyList<float[]> cleanLogits,
        CancellationToken cancellation
    )
    {
        ArgumentNullException.ThrowIfNull(victim);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(prompts);
        ArgumentNullException.ThrowIfNull(cleanLogits);
        if (settings.CandidateCount > (long)settings.TokenCount * settings.TopK)
        {
            throw new ArgumentException(
                $"CandidateCount is {settings.CandidateCount}, but {settings.TokenCount} positions "
                    + $"x top-{settings.TopK} give only {settings.TokenCount * settings.TopK} "
                    + "distinct swaps. Lower CandidateCount or raise TopK."
            );
        }
        int[] banned = tokenizer.BannedMask(victim.Config.VocabularySize);
        int allowed = banned.Count(b => b == 0);
        if (settings.TopK > allowed)
        {
            throw new ArgumentException(
                $"TopK is {settings.TopK}, but only {allowed} of {banned.Length} ids may be "
                    + "proposed. Lower TopK."
            );
        }
        var traces = new List<AttackTrace>(prompts.Count);
        for (int first = 0; first < prompts.Count; first += GroupSize)
        {
            int count = Math.Min(GroupSize, prompts.Count - first);
            var searches = new List<GcgSearch>(count);
            for (int i = first; i < first + count; i++)
            {
                searches.Add(
                    GcgSearch.Start(prompts[i], cleanLogits[i], settings, scope, tokenizer)
                );
            }
            using var group = new GcgGroup(victim, settings, scope, searches, banned);
            for (int iteration = 1; iteration <= settings.IterationCount; iteration++)
            {
                cancellation.ThrowIfCancellationRequested();
                group.Iterate(iteration);
            }
            traces.AddRange(searches.Select(search => search.Trace()));
        }
        return traces;
    }
}

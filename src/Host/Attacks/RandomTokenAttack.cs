using Robustness.Numerics;
using Robustness.Tokens;

namespace Robustness.Attacks;

/// <summary>
/// RandomToken (3.1): every iteration inserts freshly drawn tokens; the first iteration whose
/// prediction is wrong wins and is repeated from then on. All iterations are drawn, tokenised
/// and charged by the paper's rule, but scoring stops at the end of the block that broke the
/// example.
/// </summary>
/// <param name="settings">Tokens, iterations, seed.</param>
/// <param name="scope">Scope of the streams.</param>
public sealed class RandomTokenAttack(AttackSettings settings, string scope) : IAttack
{
    /// <summary>Iterations scored before looking whether the example is broken.</summary>
    private const int BlockLength = 16;

    private readonly StreamKey _key = StreamKey.Create(settings.Seed, "attack/random-token", scope);

    /// <summary>
    /// The tokens of one iteration: uniform over the base vocabulary, no specials.
    /// </summary>
    public int[] Draw(int iteration, long rowId, ITokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        var draws = new Philox(_key, (uint)iteration, (ulong)rowId);
        var ids = new int[settings.TokenCount];
        for (int a = 0; a < ids.Length; a++)
        {
            do
            {
                ids[a] = (int)draws.NextBelow((uint)tokenizer.BaseVocabularySize);
            } while (tokenizer.IsBanned(ids[a]));
        }
        return ids;
    }

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
        ArgumentNullException.ThrowIfNull(prompts);
        ArgumentNullException.ThrowIfNull(cleanLogits);
        var searches = prompts
            .Select((prompt, i) => new RandomSearch(prompt, cleanLogits[i], settings))
            .ToList();
        using var cache = settings.PrefixCache ? PrefixCache.Build(victim, prompts) : null;
        var scored = new List<(int Search, Drawn Drawn)>();
        for (int first = 1; first <= settings.IterationCount; first += BlockLength)
        {
            cancellation.ThrowIfCancellationRequested();
            int last = Math.Min(settings.IterationCount, first + BlockLength - 1);
            ScoreBlock(victim, tokenizer, searches, cache, (first, last), scored);
        }
        return [.. searches.Select((search, i) => search.Trace(cache?.Cost(victim, i)))];
    }

    private void ScoreBlock(
        Victim victim,
        ITokenizer tokenizer,
        List<RandomSearch> searches,
        PrefixCache? cache,
        (int First, int Last) block,
        List<(int Search, Drawn Drawn)> scored
    )
    {
        victim.Begin();
        scored.Clear();
        for (int s = 0; s < searches.Count; s++)
        {
            var prompt = searches[s].Prompt;
            for (int iteration = block.First; iteration <= block.Last; iteration++)
            {
                int[] ids = Draw(iteration, prompt.Example.RowId, tokenizer);
                string text = tokenizer.Decode(ids);
                int[] whole = prompt.Encode(text);
                var drawn = new Drawn(iteration, ids, text, whole.Length);
                if (searches[s].IsBroken)
                {
                    searches[s].Skip(drawn, victim.Config);
                    continue;
                }
                int cached = cache?.SharedLength(s, whole) ?? 0;
                victim.Add(whole.AsSpan(cached), cache?.Cache, cached > 0 ? s : -1, cached);
                scored.Add((s, drawn with { CachedLength = cached }));
            }
        }
        victim.Flush(cache?.Cache);
        int classes = victim.Config.ClassCount;
        for (int i = 0; i < scored.Count; i++)
        {
            var logits = victim.Logits.Slice(i * classes, classes);
            searches[scored[i].Search].Record(scored[i].Drawn, logits, victim);
        }
    }
}

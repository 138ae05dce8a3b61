using Robustness.Compute;
using Robustness.Models;

namespace Robustness.Attacks;

/// <summary>
/// Keys and values of the text before the attack, one slot per prompt: every string that is
/// tried on a prompt shares them, and nothing is copied.
/// </summary>
internal sealed class PrefixCache : IDisposable
{
    private readonly IReadOnlyList<AttackPrompt> _prompts;

    private PrefixCache(KeyValueCache cache, IReadOnlyList<AttackPrompt> prompts)
    {
        Cache = cache;
        _prompts = prompts;
    }

    public KeyValueCache Cache { get; }

    /// <summary>Runs the prefixes once, in launches of a bounded size.</summary>
    public static PrefixCache Build(Victim victim, IReadOnlyList<AttackPrompt> prompts)
    {
        int longest = prompts.Count == 0 ? 1 : prompts.Max(p => Math.Max(1, p.BeforeIds.Length));
        var cache = victim.Transformer.CreateCache(Math.Max(1, prompts.Count), longest);
        for (int slot = 0; slot < prompts.Count; slot++)
        {
            Fill(victim, cache, slot, prompts[slot].BeforeIds);
        }
        return new PrefixCache(cache, prompts);
    }

    /// <summary>Writes keys and values of ids to a slot, from position 0 on.</summary>
    public static void Fill(Victim victim, KeyValueCache cache, int slot, int[] ids)
    {
        if (ids.Length == 0)
        {
            return;
        }
        var arena = victim.Arena;
        arena.Rewind(default);
        var segments = new Segments();
        segments.Add(ids.Length, 0, slot, 0);
        var rows = arena.Allocate(new Shape(ids.Length), DataType.Int32);
        victim.Backend.Upload<int>(rows, ids);
        victim.Transformer.Forward(arena, rows, segments, cache, writeCache: true);
    }

    /// <summary>
    /// Tokens of a prompt that the slot holds: the common prefix, one row at least left.
    /// </summary>
    public int SharedLength(int slot, ReadOnlySpan<int> ids)
    {
        int common = ids.CommonPrefixLength(_prompts[slot].BeforeIds);
        return Math.Min(common, ids.Length - 1);
    }

    /// <summary>What building one slot cost.</summary>
    public TransformerCost Cost(Victim victim, int slot)
    {
        int length = _prompts[slot].BeforeIds.Length;
        return length == 0
            ? default
            : TransformerCost.Forward(victim.Config, new Segment(0, length, slot, 0, 0, 0));
    }

    public void Dispose() => Cache.Dispose();
}

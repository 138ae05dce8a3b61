using Robustness.Numerics;
using Robustness.Tokens;

namespace Robustness.Attacks;

/// <summary>GCG on one example: the current string, and the history of what was recorded.</summary>
internal sealed class GcgSearch
{
    private const int LargestTrialCount = 10_000;
    private const string InitialPattern = "@&";

    private readonly AttackSettings _settings;
    private readonly float[] _cleanLogits;
    private readonly int[] _initialIds;
    private readonly List<AttackIteration> _entries;

    private GcgSearch(
        AttackPrompt prompt,
        float[] cleanLogits,
        AttackSettings settings,
        int[] attackIds,
        int[] promptIds
    )
    {
        Prompt = prompt;
        _cleanLogits = cleanLogits;
        _settings = settings;
        _initialIds = [.. attackIds];
        AttackIds = attackIds;
        PromptIds = promptIds;
        _entries = new List<AttackIteration>(settings.IterationCount);
    }

    public AttackPrompt Prompt { get; }

    public int Label => Prompt.Example.Label;

    /// <summary>[A], the current string.</summary>
    public int[] AttackIds { get; }

    /// <summary>[T], the prompt that carries it.</summary>
    public int[] PromptIds { get; }

    /// <summary>FLOPs of building the cache.</summary>
    public FlopCounts SetupFlops { get; set; }

    /// <summary>
    /// The initial string: @&amp;@&amp;..., or, when that changes the tokens around it, with ids
    /// replaced one by one until the prompt reads back exactly (stream attack/gcg/initial).
    /// </summary>
    /// <exception cref="InvalidOperationException">No string was found.</exception>
    public static GcgSearch Start(
        AttackPrompt prompt,
        float[] cleanLogits,
        AttackSettings settings,
        string scope,
        ITokenizer tokenizer
    )
    {
        int[] ids = InitialIds(settings.TokenCount, tokenizer);
        var key = StreamKey.Create(settings.Seed, "attack/gcg/initial", scope);
        var draws = new Philox(key, 0, (ulong)prompt.Example.RowId);
        int[]? whole = prompt.EncodeExactly(ids, out _);
        for (int trial = 0; whole is null && trial < LargestTrialCount; trial++)
        {
            int id;
            do
            {
                id = (int)draws.NextBelow((uint)tokenizer.BaseVocabularySize);
            } while (tokenizer.IsBanned(id));
            ids[trial % ids.Length] = id;
            whole = prompt.EncodeExactly(ids, out _);
        }
        return whole is null
            ? throw new InvalidOperationException(
                $"Row {prompt.Example.RowId}: no initial string of {ids.Length} tokens keeps the "
                    + $"prompt's tokens unchanged after {LargestTrialCount} trials."
            )
            : new GcgSearch(prompt, cleanLogits, settings, ids, whole);
    }

    /// <summary>Makes a scored swap the current string and records it.</summary>
    public void Accept(
        int iteration,
        int position,
        int id,
        string text,
        ReadOnlySpan<float> logits,
        int scored,
        FlopCounts flops
    )
    {
        AttackIds[position] = id;
        PromptIds[Prompt.SpanStart + position] = id;
        Record(iteration, text, logits, scored, flops);
    }

    /// <summary>No candidate survived: the entry before is repeated.</summary>
    /// <param name="iteration">Of this entry.</param>
    /// <param name="logits">
    /// Of the current string, for the case that nothing was recorded yet.
    /// </param>
    /// <param name="text">The current string as text.</param>
    /// <param name="flops">Of the gradient pass.</param>
    public void Skip(int iteration, ReadOnlySpan<float> logits, string text, FlopCounts flops)
    {
        if (_entries.Count > 0)
        {
            var repeated = _entries[^1] with { Iteration = iteration, CandidatesScored = 0 };
            _entries.Add(repeated with { Flops = flops });
            return;
        }
        Record(iteration, text, logits, 0, flops);
    }

    public AttackTrace Trace()
    {
        var example = Prompt.Example;
        return new AttackTrace(
            example.RowId,
            example.Label,
            example.Text,
            Prompt.Before,
            Prompt.After,
            _cleanLogits,
            _initialIds,
            _entries,
            SetupFlops
        )
        {
            SpanStart = Prompt.SpanStart,
        };
    }

    private void Record(
        int iteration,
        string text,
        ReadOnlySpan<float> logits,
        int scored,
        FlopCounts flops
    ) =>
        _entries.Add(
            new AttackIteration(
                iteration,
                [.. AttackIds],
                text,
                Objective.Loss(logits, Objective.Target(Label)),
                logits.ToArray(),
                Objective.Predict(logits) != Label,
                scored,
                flops
            )
        );

    private static int[] InitialIds(int count, ITokenizer tokenizer)
    {
        var text = string.Concat(Enumerable.Repeat(InitialPattern, (count + 1) / 2));
        int[] ids = tokenizer.Encode(text[..count]);
        if (ids.Length == count)
        {
            return ids;
        }
        // The pattern is not one token a character here: begin with its first token repeated.
        var repeated = new int[count];
        Array.Fill(repeated, tokenizer.Encode("@")[0]);
        return repeated;
    }
}

using Robustness.Compute;
using Robustness.Models;

namespace Robustness.Attacks;

/// <summary>
/// The gradient pass of a group: the attacker's loss of every current prompt, backward to the
/// embeddings of the attack's tokens. With a prefix cache it visits only rows from the attack's
/// first token on; it refreshes the cache with what it computed.
/// </summary>
internal sealed class GcgGradient : IDisposable
{
    private readonly Victim _victim;
    private readonly AttackSettings _settings;
    private readonly IReadOnlyList<GcgSearch> _searches;
    private readonly KeyValueCache? _cache;
    private readonly Arena _arena;
    private readonly Segments _segments = new();
    private readonly ActivationStore _kept = new();
    private readonly Tensor _labels;
    private readonly Tensor _scale;
    private readonly Tensor _losses;
    private readonly float[] _logits;
    private readonly int[] _ids;

    public GcgGradient(
        Victim victim,
        AttackSettings settings,
        IReadOnlyList<GcgSearch> searches,
        KeyValueCache? cache
    )
    {
        _victim = victim;
        _settings = settings;
        _searches = searches;
        _cache = cache;
        _arena = new Arena(victim.Backend);
        foreach (var search in searches)
        {
            int start = Start(search);
            int slot = cache is null ? -1 : _segments.Count;
            _segments.Add(search.PromptIds.Length - start, 1, slot, start);
        }
        var shape = new Shape(searches.Count);
        _labels = _arena.Allocate(shape, DataType.Int32);
        _scale = _arena.Allocate(searches.Count);
        _losses = _arena.Allocate(shape, DataType.Float64);
        int[] targets = [.. searches.Select(s => Objective.Target(s.Label))];
        float[] ones = new float[searches.Count];
        Array.Fill(ones, 1f);
        victim.Backend.Upload<int>(_labels, targets);
        victim.Backend.Upload<float>(_scale, ones);
        _logits = new float[searches.Count * victim.Config.ClassCount];
        _ids = new int[_segments.RowCount];
    }

    /// <summary>
    /// [searches x A, C]: gradients of the attack's embeddings, in the victim's arena.
    /// </summary>
    public Tensor Run()
    {
        var backend = _victim.Backend;
        var arena = _victim.Arena;
        arena.Rewind(default);
        for (int g = 0; g < _searches.Count; g++)
        {
            var rows = _searches[g].PromptIds.AsSpan(Start(_searches[g]));
            rows.CopyTo(_ids.AsSpan(_segments[g].FirstRow));
        }
        var ids = arena.Allocate(new Shape(_ids.Length), DataType.Int32);
        backend.Upload<int>(ids, _ids);
        var transformer = _victim.Transformer;
        var hidden = transformer.Forward(arena, ids, _segments, _cache, _cache is not null, _kept);

        var head = transformer.Weights.Classifier;
        var logits = arena.Allocate(_searches.Count, _victim.Config.ClassCount);
        backend.ClassifierForward(logits, hidden, head);
        backend.Download(_logits.AsSpan(), logits);
        var dLogits = arena.Allocate(logits.Shape);
        backend.ClassificationLoss(_losses, dLogits, logits, _labels, _scale);
        var dHidden = arena.Allocate(hidden.Shape);
        backend.ClassifierBackward(dHidden, Tensor.None, dLogits, hidden, head);
        var dX = transformer.Backward(arena, dHidden, _segments, _kept, _cache);
        return GatherSpans(dX);
    }

    /// <summary>[classes], of search g's current prompt at the latest run.</summary>
    public ReadOnlySpan<float> Logits(int g) =>
        _logits.AsSpan(g * _victim.Config.ClassCount, _victim.Config.ClassCount);

    /// <summary>Search g's share of one run, its row of the top-k search included.</summary>
    public TransformerCost Cost(int g)
    {
        var config = _victim.Config;
        var segment = _segments[g];
        var topK = KernelCost.TokenGradientTopK(
            _settings.TokenCount,
            config.VocabularySize,
            config.Width,
            _settings.TopK
        );
        return TransformerCost.Forward(config, segment)
            + TransformerCost.ClassifierForward(config, 1)
            + TransformerCost.ClassifierBackward(config, 1)
            + TransformerCost.InputBackward(config, segment)
            + new TransformerCost(topK.Flops, 0);
    }

    public void Dispose() => _arena.Dispose();

    private int Start(GcgSearch search) => _settings.PrefixCache ? search.Prompt.SpanStart : 0;

    private Tensor GatherSpans(Tensor dX)
    {
        int count = _settings.TokenCount;
        var spans = _victim.Arena.Allocate(_searches.Count * count, _victim.Config.Width);
        for (int g = 0; g < _searches.Count; g++)
        {
            int first = _segments[g].FirstRow + _searches[g].Prompt.SpanStart - Start(_searches[g]);
            _victim.Backend.Copy(spans.RowRange(g * count, count), dX.RowRange(first, count));
        }
        return spans;
    }
}

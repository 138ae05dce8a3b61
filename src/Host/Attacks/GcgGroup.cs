using Robustness.Compute;
using Robustness.Models;
using Robustness.Numerics;

namespace Robustness.Attacks;

/// <summary>
/// One group of GCG searches that share launches and a cache. Slot g of the cache holds keys and
/// values of search g's current prompt: the gradient pass writes them from the attack's first
/// token on, and a candidate that swaps position p computes its rows from p on only.
/// </summary>
internal sealed class GcgGroup : IDisposable
{
    private readonly Victim _victim;
    private readonly AttackSettings _settings;
    private readonly IReadOnlyList<GcgSearch> _searches;
    private readonly KeyValueCache? _cache;
    private readonly Arena _arena;
    private readonly Tensor _banned;
    private readonly GcgGradient _gradient;
    private readonly StreamKey _key;
    private readonly long[] _rowIds;
    private readonly int[] _chosen;
    private readonly int[] _topIds;
    private readonly int[] _swapped;
    private readonly List<Swap> _swaps = [];

    public GcgGroup(
        Victim victim,
        AttackSettings settings,
        string scope,
        IReadOnlyList<GcgSearch> searches,
        int[] banned
    )
    {
        _victim = victim;
        _settings = settings;
        _searches = searches;
        _arena = new Arena(victim.Backend);
        _banned = _arena.Allocate(new Shape(banned.Length), DataType.Int32);
        victim.Backend.Upload<int>(_banned, banned);
        _key = StreamKey.Create(settings.Seed, "attack/gcg/candidates", scope);
        _rowIds = [.. searches.Select(s => (long)s.Prompt.Example.RowId)];
        _chosen = new int[searches.Count * settings.CandidateCount];
        _topIds = new int[searches.Count * settings.TokenCount * settings.TopK];
        _swapped = new int[settings.TokenCount];
        if (settings.PrefixCache || settings.PositionReuse)
        {
            int longest = searches.Max(s => s.PromptIds.Length);
            _cache = victim.Transformer.CreateCache(searches.Count, longest);
        }
        if (settings.PrefixCache)
        {
            FillPrefixes();
        }
        _gradient = new GcgGradient(victim, settings, searches, _cache);
    }

    /// <summary>
    /// Managed bytes that the tokenizer took to read candidates back, so far: pieces of text that
    /// it had not met.
    /// </summary>
    public long TokenizerByteCount { get; private set; }

    /// <summary>One iteration of every search.</summary>
    public void Iterate(int iteration)
    {
        ChooseSwaps(iteration);
        ScoreSwaps();
        AcceptBest(iteration);
    }

    public void Dispose()
    {
        _gradient.Dispose();
        _cache?.Dispose();
        _arena.Dispose();
    }

    private int CandidateStart(GcgSearch search, int position) =>
        _settings.PositionReuse ? search.Prompt.SpanStart + position
        : _settings.PrefixCache ? search.Prompt.SpanStart
        : 0;

    private void FillPrefixes()
    {
        for (int g = 0; g < _searches.Count; g++)
        {
            int[] ids = _searches[g].Prompt.BeforeIds;
            PrefixCache.Fill(_victim, _cache!, g, ids);
            if (ids.Length > 0)
            {
                var segment = new Segment(0, ids.Length, g, 0, 0, 0);
                var cost = TransformerCost.Forward(_victim.Config, segment);
                _searches[g].SetupFlops = new FlopCounts(0, 0, cost.Executed, cost.Linear);
            }
        }
    }

    private void ChooseSwaps(int iteration)
    {
        var backend = _victim.Backend;
        var dEmbedding = _gradient.Run();
        int tokens = _searches.Count * _settings.TokenCount;
        var ids = _victim.Arena.Allocate(new Shape(tokens, _settings.TopK), DataType.Int32);
        backend.TokenGradientTopK(
            ids,
            Tensor.None,
            dEmbedding,
            _victim.Transformer.Weights.Embedding,
            _banned
        );
        backend.Download(_topIds.AsSpan(), ids);
        var chosen = _victim.Arena.Allocate(
            new Shape(_searches.Count, _settings.CandidateCount),
            DataType.Int32
        );
        int poolSize = _settings.TokenCount * _settings.TopK;
        backend.CandidateSample(chosen, _rowIds, poolSize, _key, (uint)iteration);
        backend.Download(_chosen.AsSpan(), chosen);

        _swaps.Clear();
        for (int g = 0; g < _searches.Count; g++)
        {
            for (int s = 0; s < _settings.CandidateCount; s++)
            {
                int pair = _chosen[(g * _settings.CandidateCount) + s];
                int position = pair / _settings.TopK;
                int id = _topIds[(g * poolSize) + pair];
                TryAdd(g, position, id);
            }
        }
    }

    // The five conditions of the filter (3.2, step 5): the swap changes the prompt, and its text
    // reads back as the very tokens, alone and in place.
    private void TryAdd(int g, int position, int id)
    {
        var search = _searches[g];
        if (search.AttackIds[position] == id)
        {
            return;
        }
        Apply(search, position, id);
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool survives = search.Prompt.Survives(_swapped);
        TokenizerByteCount += GC.GetAllocatedBytesForCurrentThread() - before;
        if (survives)
        {
            _swaps.Add(new Swap(g, position, id));
        }
    }

    private void Apply(GcgSearch search, int position, int id)
    {
        search.AttackIds.CopyTo(_swapped, 0);
        _swapped[position] = id;
    }

    private void ScoreSwaps()
    {
        _victim.Begin();
        foreach (var swap in _swaps)
        {
            var search = _searches[swap.Search];
            int start = CandidateStart(search, swap.Position);
            var stored = _victim.Add(
                search.PromptIds.AsSpan(start),
                _cache,
                start > 0 ? swap.Search : -1,
                start
            );
            stored[search.Prompt.SpanStart + swap.Position - start] = swap.Id;
        }
        _victim.Flush(_cache);
    }

    private void AcceptBest(int iteration)
    {
        int classes = _victim.Config.ClassCount;
        int next = 0;
        for (int g = 0; g < _searches.Count; g++)
        {
            var search = _searches[g];
            int target = Objective.Target(search.Label);
            int best = -1;
            double bestLoss = double.PositiveInfinity;
            var cost = _gradient.Cost(g);
            int first = next;
            for (; next < _swaps.Count && _swaps[next].Search == g; next++)
            {
                var logits = _victim.Logits.Slice(next * classes, classes);
                double loss = Objective.Loss(logits, target);
                if (loss < bestLoss)
                {
                    bestLoss = loss;
                    best = next;
                }
                int start = CandidateStart(search, _swaps[next].Position);
                cost += _victim.ScoringCost(search.PromptIds.Length - start, start);
            }
            Record(iteration, g, best, next - first, cost);
        }
    }

    private void Record(int iteration, int g, int best, int scored, TransformerCost cost)
    {
        var search = _searches[g];
        int classes = _victim.Config.ClassCount;
        var flops = Flops(search.PromptIds.Length, scored, cost);
        if (best < 0)
        {
            string text = search.Prompt.DecodeAttack(search.AttackIds);
            search.Skip(iteration, _gradient.Logits(g), text, flops);
            return;
        }
        var swap = _swaps[best];
        Apply(search, swap.Position, swap.Id);
        search.Accept(
            iteration,
            swap.Position,
            swap.Id,
            search.Prompt.DecodeAttack(_swapped),
            _victim.Logits.Slice(best * classes, classes),
            scored,
            flops
        );
    }

    private FlopCounts Flops(int length, int scored, TransformerCost cost)
    {
        long forward = 2 * _victim.Config.ClassifierParameterCount * length;
        return new FlopCounts(
            forward * (scored + 3),
            forward * (scored + 4),
            cost.Executed,
            cost.Linear
        );
    }

    private readonly record struct Swap(int Search, int Position, int Id);
}

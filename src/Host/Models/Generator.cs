using Robustness.Compute;
using Robustness.Numerics;

namespace Robustness.Models;

/// <summary>
/// Continues prompts token by token, many in one packed launch: a prompt's first launch carries all
/// its rows, every later one a single row behind its cached keys and values. A continuation has the
/// same bits with and without the cache, alone and in any company.
/// </summary>
public sealed class Generator : IDisposable
{
    private readonly IBackend _backend;
    private readonly ModelParameters _model;
    private readonly Transformer _transformer;
    private readonly Arena _arena;
    private readonly Segments _segments = new();
    private readonly List<Sequence> _sequences = [];
    private readonly List<Sequence> _launched = [];
    private GenerationSettings _settings = new();
    private TokenChoice? _choice;
    private KeyValueCache? _cache;
    private int[] _rows = [];
    private float[] _logits = [];

    /// <summary>A model whose weights will not change while it writes.</summary>
    public Generator(IBackend backend, ModelParameters model)
    {
        ArgumentNullException.ThrowIfNull(model);
        _backend = backend;
        _model = model;
        _transformer = new Transformer(backend, model, frozen: true);
        _arena = new Arena(backend, 1 << 22);
    }

    /// <summary>Continues prompts to their ends, a batch at a time, in the order given.</summary>
    /// <param name="prompts">Each with at least one token, none longer than the context.</param>
    /// <param name="settings">How.</param>
    /// <param name="scope">Of the random stream: the hash of a run's settings, or empty.</param>
    /// <param name="cancellation">Stops between tokens.</param>
    public IEnumerable<Continuation> Run(
        IReadOnlyList<GenerationPrompt> prompts,
        GenerationSettings settings,
        string scope,
        CancellationToken cancellation
    )
    {
        ArgumentNullException.ThrowIfNull(prompts);
        ArgumentNullException.ThrowIfNull(settings);
        foreach (var batch in prompts.Chunk(settings.BatchSize))
        {
            Begin(batch, settings, scope);
            do
            {
                cancellation.ThrowIfCancellationRequested();
            } while (Step() > 0);
            for (int prompt = 0; prompt < batch.Length; prompt++)
            {
                yield return Result(prompt);
            }
        }
    }

    /// <summary>Takes prompts to be continued by <see cref="Step"/>, all at once.</summary>
    public void Begin(
        IReadOnlyList<GenerationPrompt> prompts,
        GenerationSettings settings,
        string scope
    )
    {
        ArgumentNullException.ThrowIfNull(prompts);
        ArgumentNullException.ThrowIfNull(settings);
        var config = _model.Config;
        _settings = settings.Validated();
        var key = StreamKey.Create(settings.Seed, "generation/sample", scope);
        _choice = new TokenChoice(settings, key, config.VocabularySize);
        _sequences.Clear();
        foreach (var prompt in prompts)
        {
            _sequences.Add(new Sequence(prompt, _sequences.Count, settings, config));
        }
        _launched.EnsureCapacity(_sequences.Count);
        int capacity = _sequences.Count == 0 ? 0 : _sequences.Max(s => s.Capacity);
        _rows = new int[Math.Max(settings.LaunchRows, capacity)];
        _cache?.Dispose();
        _cache =
            settings.Cache && capacity > 0
                ? _transformer.CreateCache(_sequences.Count, capacity)
                : null;
    }

    /// <summary>Adds one token to every continuation that has not ended.</summary>
    /// <returns>Continuations that have not ended yet.</returns>
    public int Step()
    {
        foreach (var sequence in _sequences)
        {
            if (sequence.Ended)
            {
                continue;
            }
            int cached = _cache is null ? 0 : sequence.CachedLength;
            var rows = sequence.Ids[cached..];
            if (_segments.Count > 0 && _segments.RowCount + rows.Length > _settings.LaunchRows)
            {
                Launch();
            }
            rows.CopyTo(_rows.AsSpan(_segments.RowCount));
            _segments.Add(rows.Length, 1, _cache is null ? -1 : sequence.Slot, cached);
            _launched.Add(sequence);
        }
        Launch();
        int going = 0;
        foreach (var sequence in _sequences)
        {
            going += sequence.Ended ? 0 : 1;
        }
        return going;
    }

    /// <summary>New tokens so far of a prompt of <see cref="Begin"/>.</summary>
    public ReadOnlySpan<int> NewIds(int prompt) => _sequences[prompt].NewIds;

    /// <summary>The continuation of a prompt of <see cref="Begin"/>.</summary>
    public Continuation Result(int prompt) => _sequences[prompt].ToContinuation();

    /// <inheritdoc/>
    public void Dispose()
    {
        _cache?.Dispose();
        _arena.Dispose();
        _transformer.Dispose();
    }

    private void Launch()
    {
        int count = _launched.Count;
        if (count == 0)
        {
            return;
        }
        _arena.Rewind(default);
        int vocabulary = _model.Config.VocabularySize;
        var ids = _arena.Allocate(new Shape(_segments.RowCount), DataType.Int32);
        _backend.Upload<int>(ids, _rows.AsSpan(0, _segments.RowCount));
        bool write = _cache is not null;
        var hidden = _transformer.Forward(_arena, ids, _segments, _cache, write);
        var logits = _arena.Allocate(count, vocabulary);
        _backend.LogitsForward(logits, hidden, _transformer.Weights.Unembedding);
        int size = checked(count * vocabulary);
        if (_logits.Length < size)
        {
            _logits = new float[size];
        }
        _backend.Download(_logits.AsSpan(0, size), logits);
        for (int i = 0; i < count; i++)
        {
            _launched[i].Append(_logits.AsSpan(i * vocabulary, vocabulary), _choice!, _settings);
        }
        _launched.Clear();
        _segments.Clear();
    }

    /// <summary>One prompt and what has been written after it.</summary>
    private sealed class Sequence
    {
        private readonly GenerationPrompt _prompt;
        private readonly int[] _ids;
        private readonly double[] _logProbabilities;
        private int _length;
        private FinishReason _finish;

        public Sequence(
            GenerationPrompt prompt,
            int slot,
            GenerationSettings settings,
            ModelConfig config
        )
        {
            int length = prompt.Ids.Length;
            if (length == 0 || length >= config.ContextLength)
            {
                throw new ArgumentException(
                    $"Prompt {prompt.RowId} has {length} tokens; allowed is from 1 to "
                        + $"{config.ContextLength - 1}, so that the context holds a new one."
                );
            }
            _prompt = prompt;
            Slot = slot;
            int room = config.ContextLength - length;
            _finish = settings.NewTokenCount <= room ? FinishReason.Length : FinishReason.Context;
            _ids = new int[length + Math.Min(room, settings.NewTokenCount)];
            prompt.Ids.CopyTo(_ids, 0);
            _length = length;
            _logProbabilities = new double[settings.LogProbabilities ? _ids.Length - length : 0];
        }

        public int Slot { get; }

        public int Capacity => _ids.Length;

        public bool Ended { get; private set; }

        public ReadOnlySpan<int> Ids => _ids.AsSpan(0, _length);

        public ReadOnlySpan<int> NewIds => Ids[_prompt.Ids.Length..];

        /// <summary>Positions in the cache: all but the newest token, once there is one.</summary>
        public int CachedLength => NewIds.IsEmpty ? 0 : _length - 1;

        public void Append(
            ReadOnlySpan<float> logits,
            TokenChoice choice,
            GenerationSettings settings
        )
        {
            int t = NewIds.Length;
            int id = choice.Choose(logits, (uint)t, (ulong)_prompt.RowId);
            if (settings.LogProbabilities)
            {
                _logProbabilities[t] = TokenChoice.LogProbability(logits, id);
            }
            _ids[_length++] = id;
            if (id == settings.StopId)
            {
                _finish = FinishReason.Stop;
            }
            Ended = id == settings.StopId || _length == _ids.Length;
        }

        public Continuation ToContinuation() =>
            new(
                _prompt.RowId,
                NewIds.ToArray(),
                _logProbabilities
                    .AsSpan(0, Math.Min(_logProbabilities.Length, NewIds.Length))
                    .ToArray(),
                _finish
            );
    }
}

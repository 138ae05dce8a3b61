using Robustness.Compute;
using Robustness.Models;

namespace Robustness.Attacks;

/// <summary>
/// The attacked classifier: scores packed sequences, whole or behind a cached prefix, in
/// launches of a bounded number of rows. A sequence's logits do not depend on its launch.
/// </summary>
public sealed class Victim : IDisposable
{
    private readonly IBackend _backend;
    private readonly int _launchRows;
    private readonly Arena _arena;
    private readonly Segments _segments = new();
    private int[] _ids = new int[1024];
    private float[] _logits = [];
    private int _first;
    private int _added;

    /// <summary>A classifier whose weights will not change while it is attacked.</summary>
    public Victim(IBackend backend, ModelParameters model, int launchRows)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(launchRows);
        _backend = backend;
        _launchRows = launchRows;
        Model = model;
        Transformer = new Transformer(backend, model, frozen: true);
        _arena = new Arena(backend, 1 << 22);
    }

    /// <summary>The weights.</summary>
    public ModelParameters Model { get; }

    /// <summary>The layers.</summary>
    public Transformer Transformer { get; }

    /// <summary>Shape of the model.</summary>
    public ModelConfig Config => Model.Config;

    /// <summary>Scratch between launches; rewound by the next launch.</summary>
    internal Arena Arena => _arena;

    /// <summary>The backend.</summary>
    internal IBackend Backend => _backend;

    /// <summary>
    /// Logits [sequences, classes] of everything added since <see cref="Begin"/>.
    /// </summary>
    public ReadOnlySpan<float> Logits => _logits.AsSpan(0, _added * Config.ClassCount);

    /// <summary>Forgets earlier results.</summary>
    public void Begin()
    {
        _segments.Clear();
        _first = 0;
        _added = 0;
    }

    /// <summary>Adds a sequence; runs a launch when enough rows have come together.</summary>
    /// <param name="ids">Its rows.</param>
    /// <param name="cache">Cached prefixes, or null; one for all sequences of a launch.</param>
    /// <param name="slot">Slot of its prefix, or -1.</param>
    /// <param name="cachedLength">Positions taken from the slot.</param>
    /// <returns>
    /// The ids as stored: the caller may change single tokens until the next call.
    /// </returns>
    public Span<int> Add(
        ReadOnlySpan<int> ids,
        KeyValueCache? cache = null,
        int slot = -1,
        int cachedLength = 0
    )
    {
        if (_segments.Count > 0 && _segments.RowCount + ids.Length > _launchRows)
        {
            Flush(cache);
        }
        int row = _segments.RowCount;
        if (row + ids.Length > _ids.Length)
        {
            Array.Resize(ref _ids, Math.Max(2 * _ids.Length, row + ids.Length));
        }
        var stored = _ids.AsSpan(row, ids.Length);
        ids.CopyTo(stored);
        _segments.Add(ids.Length, 1, slot, cachedLength);
        _added++;
        return stored;
    }

    /// <summary>Runs what is still waiting.</summary>
    public void Flush(KeyValueCache? cache = null)
    {
        if (_segments.Count == 0)
        {
            return;
        }
        _arena.Rewind(default);
        var ids = _arena.Allocate(new Shape(_segments.RowCount), DataType.Int32);
        _backend.Upload<int>(ids, _ids.AsSpan(0, _segments.RowCount));
        var hidden = Transformer.Forward(_arena, ids, _segments, cache);
        var logits = _arena.Allocate(_segments.Count, Config.ClassCount);
        _backend.ClassifierForward(logits, hidden, Transformer.Weights.Classifier);
        int from = _first * Config.ClassCount;
        int count = _segments.Count * Config.ClassCount;
        if (_logits.Length < from + count)
        {
            Array.Resize(ref _logits, Math.Max(2 * _logits.Length, from + count));
        }
        _backend.Download(_logits.AsSpan(from, count), logits);
        _first += _segments.Count;
        _segments.Clear();
    }

    /// <summary>Executed and linear FLOPs of scoring one sequence.</summary>
    public TransformerCost ScoringCost(int rowCount, int cachedLength)
    {
        int slot = cachedLength > 0 ? 0 : -1;
        var segment = new Segment(0, rowCount, slot, cachedLength, 0, 1);
        return TransformerCost.Forward(Config, segment)
            + TransformerCost.ClassifierForward(Config, 1);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _arena.Dispose();
        Transformer.Dispose();
    }
}

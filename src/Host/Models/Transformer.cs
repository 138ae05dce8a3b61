using Robustness.Compute;

namespace Robustness.Models;

/// <summary>
/// GPT-NeoX forward (Black et al. 2022), a flat list of backend calls:
/// x' = x + Attention(LN(x)) + MLP(LN(x)). The last block computes queries, output projection
/// and MLP only for rows that are read.
/// </summary>
public sealed partial class Transformer : IDisposable
{
    private readonly IBackend _backend;
    private readonly ParameterSet _master;
    private readonly ParameterSet? _rounded;
    private readonly bool _frozen;
    private readonly ParameterSet _parameters;
    private readonly TransformerWeights _weights;
    private readonly Arena _tables;
    private readonly RotaryTable _rotary;
    private readonly float _epsilon;

    /// <summary>A model ready to run.</summary>
    /// <param name="backend">Where it runs.</param>
    /// <param name="model">Its weights.</param>
    /// <param name="frozen">The weights will not change: lay them out once.</param>
    public Transformer(IBackend backend, ModelParameters model, bool frozen)
    {
        ArgumentNullException.ThrowIfNull(model);
        _backend = backend;
        Config = model.Config;
        _frozen = frozen;
        _master = model.Weights;
        if (Config.Precision == Precision.Bf16)
        {
            _rounded = new ParameterSet(backend, Config, Config.Precision.Storage());
            _rounded.RoundFrom(backend, _master);
        }
        _parameters = _rounded ?? _master;
        _weights = new TransformerWeights(backend, _parameters, frozen);
        _tables = new Arena(backend);
        _rotary = MakeRotaryTable(backend, _tables, Config);
        _epsilon = (float)Config.NormEpsilon;
    }

    /// <summary>The model's shape.</summary>
    public ModelConfig Config { get; }

    /// <summary>
    /// The weights as products read them: the model's own, or their bf16 copies, as of the latest
    /// forward pass. A head takes its table from here.
    /// </summary>
    public ParameterSet Weights => _parameters;

    /// <summary>An empty key/value cache for this model.</summary>
    public KeyValueCache CreateCache(int slotCount, int capacity) =>
        new(_backend, Config.LayerCount, slotCount, capacity, Config.HeadCount, Config.HeadSize);

    /// <summary>Runs the blocks.</summary>
    /// <param name="arena">Scratch; the caller rewinds it when done with the result.</param>
    /// <param name="ids">[N] (i32) token ids.</param>
    /// <param name="segments">How the rows are cut.</param>
    /// <param name="cache">Cached prefixes, or null.</param>
    /// <param name="writeCache">Write this launch's keys and values to the segments' slots.</param>
    /// <param name="keep">Filled for <see cref="Backward"/>, or null.</param>
    /// <returns>[M, C]: the final norm's output at the read rows.</returns>
    public Tensor Forward(
        Arena arena,
        Tensor ids,
        Segments segments,
        KeyValueCache? cache = null,
        bool writeCache = false,
        ActivationStore? keep = null
    )
    {
        ArgumentNullException.ThrowIfNull(arena);
        ArgumentNullException.ThrowIfNull(segments);
        if (!_frozen)
        {
            _rounded?.RoundFrom(_backend, _master);
        }
        int width = Config.Width;
        var x = arena.Allocate(segments.RowCount, width);
        _backend.EmbeddingForward(x, ids, _parameters.Embedding);
        keep?.Prepare(Config.LayerCount);
        var launch = new Launch(arena, segments, cache, writeCache, keep is not null);
        // Two buffers take turns as the residual stream when nothing has to be kept.
        var spare = keep is null ? arena.Allocate(segments.RowCount, width) : Tensor.None;
        for (int layer = 0; layer < Config.LayerCount; layer++)
        {
            bool last = layer == Config.LayerCount - 1;
            int rows = last ? segments.ReadCount : segments.RowCount;
            var y = keep is null ? spare.RowRange(0, rows) : arena.Allocate(rows, width);
            var mark = arena.Mark;
            var kept = Block(launch, layer, x, y);
            if (keep is null)
            {
                spare = x;
                arena.Rewind(mark);
            }
            else
            {
                keep.Layers[layer] = kept;
            }
            x = y;
        }
        return FinalNorm(arena, ids, x, keep);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _weights.Dispose();
        _rounded?.Dispose();
        _tables.Dispose();
    }

    private Tensor FinalNorm(Arena arena, Tensor ids, Tensor x, ActivationStore? keep)
    {
        int rows = x.Shape.Rows;
        var hidden = arena.Allocate(rows, Config.Width);
        if (rows == 0)
        {
            return hidden;
        }
        var mean = keep is null ? Tensor.None : arena.Allocate(rows);
        var rstd = keep is null ? Tensor.None : arena.Allocate(rows);
        _backend.LayerNormForward(
            hidden,
            mean,
            rstd,
            x,
            _parameters.FinalNormGamma,
            _parameters.FinalNormBeta,
            _epsilon
        );
        if (keep is not null)
        {
            keep.Ids = ids;
            keep.FinalInput = x;
            keep.FinalMean = mean;
            keep.FinalRstd = rstd;
        }
        return hidden;
    }

    private static RotaryTable MakeRotaryTable(IBackend backend, Arena arena, ModelConfig config)
    {
        int half = config.RotaryDimensions / 2;
        int positions = config.ContextLength;
        var cosines = new float[positions * half];
        var sines = new float[positions * half];
        for (int p = 0; p < positions; p++)
        {
            for (int j = 0; j < half; j++)
            {
                double angle = p * Math.Pow(config.RotaryBase, -(double)j / half);
                cosines[(p * half) + j] = (float)Math.Cos(angle);
                sines[(p * half) + j] = (float)Math.Sin(angle);
            }
        }
        var table = new RotaryTable(
            arena.Allocate(positions, half),
            arena.Allocate(positions, half),
            config.HeadSize
        );
        backend.Upload<float>(table.Cosines, cosines);
        backend.Upload<float>(table.Sines, sines);
        return table;
    }
}

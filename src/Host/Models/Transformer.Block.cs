using Robustness.Compute;

namespace Robustness.Models;

/// <summary>One block of the forward pass.</summary>
public sealed partial class Transformer
{
    private LayerActivations Block(in Launch launch, int layer, Tensor x, Tensor y)
    {
        var parameters = _parameters.Layers[layer];
        var projections = _weights.Layers[layer];
        bool last = layer == Config.LayerCount - 1;
        var rowSet = last ? RowSet.Read : RowSet.All;
        bool gather =
            last
            && launch.Segments.ReadCount is > 0 and var reads
            && reads != launch.Segments.RowCount;
        int rows = launch.Segments.CountOf(rowSet);
        var kept = new LayerActivations { Input = x };

        AttentionNorm(launch, parameters, ref kept);
        kept.InputRows = gather ? launch.GatherReadRows(_backend, x) : x;
        kept.AttentionNormRows = gather
            ? launch.GatherReadRows(_backend, kept.AttentionNorm)
            : kept.AttentionNorm;
        ProjectQueryKeyValue(launch, projections, last, rows, ref kept);
        TurnByPosition(launch, last, rows, kept);
        if (launch.WriteCache)
        {
            _backend.CacheWrite(launch.Cache!, layer, kept.Key, kept.Value, launch.Segments);
        }
        if (rows == 0)
        {
            return kept; // a launch that only fills the cache: nobody reads a row
        }
        kept.Attention = launch.Arena.Allocate(rows, Config.Width);
        kept.LogSumExp = launch.Keep ? launch.Arena.Allocate(rows, Config.HeadCount) : Tensor.None;
        _backend.AttentionForward(
            kept.Attention,
            kept.LogSumExp,
            kept.Query,
            kept.Key,
            kept.Value,
            launch.Segments,
            rowSet,
            launch.Cache,
            layer,
            Config.HeadSize
        );
        Mlp(launch, parameters, projections, rows, ref kept);
        projections.Output.Apply(
            _backend,
            y,
            kept.Attention,
            new GemmEpilogue { Residual = kept.InputRows }
        );
        projections.Down.Apply(_backend, y, kept.Activation, new GemmEpilogue { Residual = y });
        return kept;
    }

    private void AttentionNorm(in Launch launch, LayerTensors parameters, ref LayerActivations kept)
    {
        int rows = launch.Segments.RowCount;
        kept.AttentionNorm = launch.Arena.Allocate(rows, Config.Width);
        kept.AttentionMean = launch.Keep ? launch.Arena.Allocate(rows) : Tensor.None;
        kept.AttentionRstd = launch.Keep ? launch.Arena.Allocate(rows) : Tensor.None;
        _backend.LayerNormForward(
            kept.AttentionNorm,
            kept.AttentionMean,
            kept.AttentionRstd,
            kept.Input,
            parameters.AttentionNormGamma,
            parameters.AttentionNormBeta,
            _epsilon
        );
    }

    private void ProjectQueryKeyValue(
        in Launch launch,
        LayerProjections projections,
        bool last,
        int rows,
        ref LayerActivations kept
    )
    {
        int width = Config.Width;
        int all = launch.Segments.RowCount;
        if (last)
        {
            kept.Query = launch.Arena.Allocate(rows, width);
            kept.Packed = launch.Arena.Allocate(all, 2 * width);
            var none = GemmEpilogue.Store;
            if (rows > 0)
            {
                projections.Query.Apply(_backend, kept.Query, kept.AttentionNormRows, none);
            }
            projections.KeyValue.Apply(_backend, kept.Packed, kept.AttentionNorm, none);
            kept.Key = kept.Packed.ColumnRange(0, width);
            kept.Value = kept.Packed.ColumnRange(width, width);
            return;
        }
        kept.Packed = launch.Arena.Allocate(all, 3 * width);
        projections.QueryKeyValue.Apply(
            _backend,
            kept.Packed,
            kept.AttentionNorm,
            GemmEpilogue.Store
        );
        kept.Query = kept.Packed.ColumnRange(0, width);
        kept.Key = kept.Packed.ColumnRange(width, width);
        kept.Value = kept.Packed.ColumnRange(2 * width, width);
    }

    // Queries and keys of a row lie side by side except in the last layer.
    private void TurnByPosition(in Launch launch, bool last, int rows, in LayerActivations kept)
    {
        if (!last)
        {
            var both = kept.Packed.ColumnRange(0, 2 * Config.Width);
            _backend.RotaryForward(both, launch.Segments, RowSet.All, _rotary);
            return;
        }
        if (rows > 0)
        {
            _backend.RotaryForward(kept.Query, launch.Segments, RowSet.Read, _rotary);
        }
        _backend.RotaryForward(kept.Key, launch.Segments, RowSet.All, _rotary);
    }

    private void Mlp(
        in Launch launch,
        LayerTensors parameters,
        LayerProjections projections,
        int rows,
        ref LayerActivations kept
    )
    {
        kept.MlpNorm = launch.Arena.Allocate(rows, Config.Width);
        kept.MlpMean = launch.Keep ? launch.Arena.Allocate(rows) : Tensor.None;
        kept.MlpRstd = launch.Keep ? launch.Arena.Allocate(rows) : Tensor.None;
        _backend.LayerNormForward(
            kept.MlpNorm,
            kept.MlpMean,
            kept.MlpRstd,
            kept.InputRows,
            parameters.MlpNormGamma,
            parameters.MlpNormBeta,
            _epsilon
        );
        kept.Activation = launch.Arena.Allocate(rows, Config.FeedForward);
        kept.PreActivation = launch.Keep
            ? launch.Arena.Allocate(rows, Config.FeedForward)
            : Tensor.None;
        projections.Up.Apply(
            _backend,
            kept.Activation,
            kept.MlpNorm,
            new GemmEpilogue { Gelu = true, PreActivation = kept.PreActivation }
        );
    }

    /// <summary>What every block of one forward pass shares.</summary>
    private readonly record struct Launch(
        Arena Arena,
        Segments Segments,
        KeyValueCache? Cache,
        bool WriteCache,
        bool Keep
    )
    {
        public Tensor GatherReadRows(IBackend backend, Tensor x)
        {
            var rows = Arena.Allocate(Segments.ReadCount, x.Shape.Columns);
            backend.GatherReadRows(rows, x, Segments);
            return rows;
        }
    }
}

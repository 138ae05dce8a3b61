using Robustness.Compute;

namespace Robustness.Models;

/// <summary>The backward pass, with weight gradients (training) or without (attacks).</summary>
public sealed partial class Transformer
{
    /// <summary>Gradients of everything before the final norm's output.</summary>
    /// <param name="arena">Scratch, not rewound since <see cref="Forward"/>.</param>
    /// <param name="dHidden">[M, C], gradient of what Forward returned.</param>
    /// <param name="segments">The segments of Forward.</param>
    /// <param name="kept">What Forward kept.</param>
    /// <param name="cache">The cache of Forward.</param>
    /// <param name="gradients">Weight gradients, added to; null = inputs only.</param>
    /// <returns>[N, C]: gradient of the embedded tokens.</returns>
    public Tensor Backward(
        Arena arena,
        Tensor dHidden,
        Segments segments,
        ActivationStore kept,
        KeyValueCache? cache = null,
        ParameterSet? gradients = null
    )
    {
        ArgumentNullException.ThrowIfNull(arena);
        ArgumentNullException.ThrowIfNull(segments);
        ArgumentNullException.ThrowIfNull(kept);
        var dX = arena.Allocate(segments.ReadCount, Config.Width);
        _backend.Clear(dX);
        _backend.LayerNormBackward(
            dX,
            gradients?.FinalNormGamma ?? Tensor.None,
            gradients?.FinalNormBeta ?? Tensor.None,
            dHidden,
            kept.FinalInput,
            kept.FinalMean,
            kept.FinalRstd,
            _parameters.FinalNormGamma
        );
        for (int layer = Config.LayerCount - 1; layer >= 0; layer--)
        {
            var stage = new BackwardStage(arena, segments, cache, gradients?.Layers[layer]);
            dX = BlockBackward(stage, layer, kept.Layers[layer], dX);
        }
        if (gradients is not null)
        {
            _backend.EmbeddingBackward(gradients.Embedding, dX, kept.Ids);
        }
        return dX;
    }

    // dX [R, C] comes in as the gradient of the block's output and, since the residual stream
    // passes it on unchanged, goes out as that of its input once the branches have been added.
    private Tensor BlockBackward(
        in BackwardStage stage,
        int layer,
        in LayerActivations kept,
        Tensor dX
    )
    {
        bool last = layer == Config.LayerCount - 1;
        bool scatter = last && stage.Segments.ReadCount != stage.Segments.RowCount;
        var parameters = _parameters.Layers[layer];
        var gradients = stage.Gradients;
        var dMlpNorm = MlpBackward(stage, layer, kept, dX);
        var dAttentionNorm = AttentionBackward(stage, layer, kept, dX);
        _backend.LayerNormBackward(
            dX,
            gradients?.MlpNormGamma ?? Tensor.None,
            gradients?.MlpNormBeta ?? Tensor.None,
            dMlpNorm,
            kept.InputRows,
            kept.MlpMean,
            kept.MlpRstd,
            parameters.MlpNormGamma
        );
        if (scatter)
        {
            var all = stage.Arena.Allocate(stage.Segments.RowCount, Config.Width);
            _backend.Clear(all);
            _backend.ScatterReadRows(all, dX, stage.Segments);
            dX = all;
        }
        _backend.LayerNormBackward(
            dX,
            gradients?.AttentionNormGamma ?? Tensor.None,
            gradients?.AttentionNormBeta ?? Tensor.None,
            dAttentionNorm,
            kept.Input,
            kept.AttentionMean,
            kept.AttentionRstd,
            parameters.AttentionNormGamma
        );
        return dX;
    }

    private Tensor MlpBackward(
        in BackwardStage stage,
        int layer,
        in LayerActivations kept,
        Tensor dY
    )
    {
        var projections = _weights.Layers[layer];
        int rows = dY.Shape.Rows;
        var dActivation = stage.Arena.Allocate(rows, Config.FeedForward);
        projections.Down.ApplyBackward(_backend, dActivation, dY);
        _backend.GeluBackward(dActivation, dActivation, kept.PreActivation);
        var dNorm = stage.Arena.Allocate(rows, Config.Width);
        projections.Up.ApplyBackward(_backend, dNorm, dActivation);
        if (stage.Gradients is { } gradients)
        {
            WeightGradient(gradients.DownWeight, gradients.DownBias, dY, kept.Activation);
            WeightGradient(gradients.UpWeight, gradients.UpBias, dActivation, kept.MlpNorm);
        }
        return dNorm;
    }

    private Tensor AttentionBackward(
        in BackwardStage stage,
        int layer,
        in LayerActivations kept,
        Tensor dY
    )
    {
        var projections = _weights.Layers[layer];
        int width = Config.Width;
        bool last = layer == Config.LayerCount - 1;
        var rowSet = last ? RowSet.Read : RowSet.All;
        var dAttention = stage.Arena.Allocate(dY.Shape.Rows, width);
        projections.Output.ApplyBackward(_backend, dAttention, dY);
        if (stage.Gradients is { } gradients)
        {
            WeightGradient(gradients.OutputWeight, gradients.OutputBias, dY, kept.Attention);
        }
        int all = stage.Segments.RowCount;
        var dPacked = stage.Arena.Allocate(all, last ? 2 * width : 3 * width);
        var dQuery = last
            ? stage.Arena.Allocate(dY.Shape.Rows, width)
            : dPacked.ColumnRange(0, width);
        var dKey = dPacked.ColumnRange(last ? 0 : width, width);
        var dValue = dPacked.ColumnRange(last ? width : 2 * width, width);
        _backend.AttentionBackward(
            dQuery,
            dKey,
            dValue,
            dAttention,
            kept.Attention,
            kept.LogSumExp,
            kept.Query,
            kept.Key,
            kept.Value,
            stage.Segments,
            rowSet,
            stage.Cache,
            layer,
            Config.HeadSize
        );
        if (last)
        {
            _backend.RotaryBackward(dQuery, stage.Segments, RowSet.Read, _rotary);
            _backend.RotaryBackward(dKey, stage.Segments, RowSet.All, _rotary);
            return LastQueryKeyValueBackward(stage, projections, kept, dQuery, dPacked);
        }
        var both = dPacked.ColumnRange(0, 2 * width);
        _backend.RotaryBackward(both, stage.Segments, RowSet.All, _rotary);
        return QueryKeyValueBackward(stage, projections, kept, dPacked);
    }

    private Tensor QueryKeyValueBackward(
        in BackwardStage stage,
        LayerProjections projections,
        in LayerActivations kept,
        Tensor dPacked
    )
    {
        var dNorm = stage.Arena.Allocate(dPacked.Shape.Rows, Config.Width);
        projections.QueryKeyValue.ApplyBackward(_backend, dNorm, dPacked);
        if (stage.Gradients is { } gradients)
        {
            WeightGradient(
                gradients.QueryKeyValueWeight,
                gradients.QueryKeyValueBias,
                dPacked,
                kept.AttentionNorm
            );
        }
        return dNorm;
    }

    private Tensor LastQueryKeyValueBackward(
        in BackwardStage stage,
        LayerProjections projections,
        in LayerActivations kept,
        Tensor dQuery,
        Tensor dKeyValue
    )
    {
        int width = Config.Width;
        var dNorm = stage.Arena.Allocate(dKeyValue.Shape.Rows, width);
        projections.KeyValue.ApplyBackward(_backend, dNorm, dKeyValue);
        var dRows = stage.Arena.Allocate(dQuery.Shape.Rows, width);
        projections.Query.ApplyBackward(_backend, dRows, dQuery);
        _backend.ScatterReadRows(dNorm, dRows, stage.Segments);
        if (stage.Gradients is { } gradients)
        {
            var weight = gradients.QueryKeyValueWeight;
            var bias = gradients.QueryKeyValueBias;
            WeightGradient(
                weight.RowRange(0, width),
                bias.ColumnRange(0, width),
                dQuery,
                kept.AttentionNormRows
            );
            WeightGradient(
                weight.RowRange(width, 2 * width),
                bias.ColumnRange(width, 2 * width),
                dKeyValue,
                kept.AttentionNorm
            );
        }
        return dNorm;
    }

    private void WeightGradient(Tensor dWeight, Tensor dBias, Tensor dY, Tensor x)
    {
        _weights.AddGradient(dWeight, dY, x);
        _backend.BiasBackward(dBias, dY);
    }

    private readonly record struct BackwardStage(
        Arena Arena,
        Segments Segments,
        KeyValueCache? Cache,
        LayerTensors? Gradients
    );
}

using Robustness.Compute;

namespace Robustness.Models;

/// <summary>
/// A weight matrix as the model uses it: the tensor itself while it is being trained, or the
/// layouts that were made once for products forward (x · Wᵀ) and backward (dy · W). The other
/// operand of a bf16 weight is rounded first.
/// </summary>
internal readonly record struct Projection(
    Tensor Weight,
    Tensor Bias,
    PackedWeights Forward,
    PackedWeights Backward,
    Bf16Products? Narrow
)
{
    /// <summary>c = epilogue(a · Wᵀ + bias).</summary>
    public void Apply(IBackend backend, Tensor c, Tensor a, GemmEpilogue epilogue)
    {
        epilogue = epilogue with { Bias = Bias };
        if (Forward.N > 0)
        {
            backend.GemmPacked(c, a, Forward, epilogue);
        }
        else if (Narrow is not null)
        {
            Narrow.Multiply(c, a, Weight, GemmLayout.NT, epilogue);
        }
        else
        {
            backend.Gemm(c, a, Weight, GemmLayout.NT, epilogue);
        }
    }

    /// <summary>dX = dY · W.</summary>
    public void ApplyBackward(IBackend backend, Tensor dX, Tensor dY)
    {
        if (Backward.N > 0)
        {
            backend.GemmPacked(dX, dY, Backward, GemmEpilogue.Store);
        }
        else if (Narrow is not null)
        {
            Narrow.Multiply(dX, dY, Weight, GemmLayout.NN, GemmEpilogue.Store);
        }
        else
        {
            backend.Gemm(dX, dY, Weight, GemmLayout.NN, GemmEpilogue.Store);
        }
    }
}

/// <summary>The projections of one block; the last block keeps queries apart.</summary>
internal sealed record LayerProjections(
    Projection QueryKeyValue,
    Projection Query,
    Projection KeyValue,
    Projection Output,
    Projection Up,
    Projection Down
);

/// <summary>All projections of a model, packed or not.</summary>
internal sealed class TransformerWeights : IDisposable
{
    private readonly IBackend _backend;
    private readonly Arena? _arena;
    private readonly Bf16Products? _narrow;

    /// <summary>Matrices of f32 are packed when asked for; bf16 ones stay as they are.</summary>
    public TransformerWeights(IBackend backend, ParameterSet parameters, bool pack)
    {
        _backend = backend;
        bool narrow = parameters.Embedding.Type == DataType.BFloat16;
        _narrow = narrow ? new Bf16Products(backend) : null;
        _arena = pack && !narrow ? new Arena(backend) : null;
        Layers = [.. parameters.Layers.Select(layer => Project(layer, parameters.Config.Width))];
    }

    public IReadOnlyList<LayerProjections> Layers { get; }

    /// <summary>dWeight += dYᵀ · x.</summary>
    public void AddGradient(Tensor dWeight, Tensor dY, Tensor x)
    {
        if (_narrow is null)
        {
            _backend.Gemm(dWeight, dY, x, GemmLayout.TN, GemmEpilogue.AddTo);
        }
        else
        {
            _narrow.Multiply(dWeight, dY, x, GemmLayout.TN, GemmEpilogue.AddTo);
        }
    }

    public void Dispose()
    {
        _arena?.Dispose();
        _narrow?.Dispose();
    }

    private LayerProjections Project(LayerTensors layer, int width)
    {
        var weight = layer.QueryKeyValueWeight;
        var bias = layer.QueryKeyValueBias;
        return new LayerProjections(
            Make(weight, bias),
            Make(weight.RowRange(0, width), bias.ColumnRange(0, width)),
            Make(weight.RowRange(width, 2 * width), bias.ColumnRange(width, 2 * width)),
            Make(layer.OutputWeight, layer.OutputBias),
            Make(layer.UpWeight, layer.UpBias),
            Make(layer.DownWeight, layer.DownBias)
        );
    }

    private Projection Make(Tensor weight, Tensor bias) =>
        _arena is null
            ? new Projection(weight, bias, default, default, _narrow)
            : new Projection(
                weight,
                bias,
                _backend.GemmPack(_arena, weight, GemmLayout.NT),
                _backend.GemmPack(_arena, weight, GemmLayout.NN),
                null
            );
}

using Robustness.Compute;
using Robustness.Models;

namespace Robustness.Training;

/// <summary>
/// Applies gradients to weights, and owns the moments: AdamW's first and second, or Adafactor's
/// row and column ones.
/// </summary>
public sealed class Optimizer : IDisposable
{
    private const float Beta1 = 0.9f;
    private const float AdamEpsilon = 1e-8f;
    private const float AdafactorEpsilon = 1e-30f;
    private const float AdafactorClip = 1f;
    private const float AdafactorDecay = -0.8f;

    private readonly IBackend _backend;
    private readonly OptimizerSettings _settings;
    private readonly Arena _arena;
    private readonly List<Trained> _trained = [];

    /// <summary>Zero moments for the tensors that are trained.</summary>
    public Optimizer(
        IBackend backend,
        OptimizerSettings settings,
        ParameterSet weights,
        ParameterSet gradients,
        Func<string, bool> isTrained
    )
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(gradients);
        ArgumentNullException.ThrowIfNull(isTrained);
        _backend = backend;
        _settings = settings;
        _arena = new Arena(backend);
        for (int i = 0; i < weights.All.Count; i++)
        {
            var named = weights.All[i];
            if (isTrained(named.Name))
            {
                _trained.Add(Track(named, gradients.All[i].Tensor));
            }
        }
    }

    /// <summary>Every moment, under a name, for saving.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> Moments()
    {
        foreach (var trained in _trained)
        {
            yield return ("first/" + trained.Name, trained.First);
            if (!trained.Second.IsNone)
            {
                yield return ("second/" + trained.Name, trained.Second);
            }
        }
    }

    /// <summary>One update of every trained tensor.</summary>
    /// <param name="step">1-based.</param>
    /// <param name="learningRate">Of this step.</param>
    public void Update(int step, double learningRate)
    {
        float scale = ClipScale();
        foreach (var trained in _trained)
        {
            if (_settings.Kind == OptimizerKind.AdamW)
            {
                var update = new AdamWStep(
                    (float)learningRate,
                    Beta1,
                    (float)_settings.Beta2,
                    AdamEpsilon,
                    (float)_settings.WeightDecay,
                    step,
                    scale
                );
                _backend.AdamW(
                    trained.Weight,
                    trained.First,
                    trained.Second,
                    trained.Gradient,
                    update
                );
            }
            else
            {
                var update = new AdafactorStep(
                    (float)learningRate,
                    AdafactorEpsilon,
                    AdafactorClip,
                    AdafactorDecay,
                    step,
                    scale
                );
                _backend.Adafactor(
                    trained.Weight,
                    trained.First,
                    trained.Second,
                    trained.Gradient,
                    update
                );
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _arena.Dispose();

    private float ClipScale()
    {
        if (_settings.ClipNorm <= 0)
        {
            return 1f;
        }
        double squares = 0;
        foreach (var trained in _trained)
        {
            squares += _backend.SumOfSquares(trained.Gradient);
        }
        double norm = Math.Sqrt(squares);
        return norm > _settings.ClipNorm ? (float)(_settings.ClipNorm / norm) : 1f;
    }

    private Trained Track(NamedTensor named, Tensor gradient)
    {
        var shape = named.Tensor.Shape;
        Tensor first;
        Tensor second;
        if (_settings.Kind == OptimizerKind.AdamW)
        {
            first = _arena.Allocate(shape);
            second = _arena.Allocate(shape);
        }
        else
        {
            bool matrix = shape.Rank == 2;
            first = _arena.Allocate(matrix ? shape.Rows : shape.Columns);
            second = matrix ? _arena.Allocate(shape.Columns) : Tensor.None;
        }
        _backend.Clear(first);
        if (!second.IsNone)
        {
            _backend.Clear(second);
        }
        return new Trained(named.Name, named.Tensor, gradient, first, second);
    }

    private sealed record Trained(
        string Name,
        Tensor Weight,
        Tensor Gradient,
        Tensor First,
        Tensor Second
    );
}

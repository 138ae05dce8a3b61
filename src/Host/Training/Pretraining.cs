using Robustness.Compute;
using Robustness.Data;
using Robustness.Models;

namespace Robustness.Training;

/// <summary>
/// Fills one window of a step: ids [T + 1] and the loss weight [T] of each target.
/// </summary>
/// <param name="step">0-based.</param>
/// <param name="row">Window of the step.</param>
/// <param name="ids">[T + 1], out.</param>
/// <param name="weights">[T], out.</param>
public delegate void WindowSource(int step, int row, Span<int> ids, Span<float> weights);

/// <summary>
/// Next-token training: the weighted mean cross-entropy over all windows of a step.
/// </summary>
public static class Pretraining
{
    /// <summary>Trains in place, from where an interrupted stage stopped.</summary>
    /// <param name="backend">Where it runs.</param>
    /// <param name="model">Trained in place.</param>
    /// <param name="settings">Steps, optimiser, gate.</param>
    /// <param name="source">The text.</param>
    /// <param name="probes">Skills that the text teaches; none where it teaches none known.</param>
    /// <param name="context">Seed, scope, state folder, progress.</param>
    public static TrainingOutcome Run(
        IBackend backend,
        ModelParameters model,
        PretrainingSettings settings,
        WindowSource source,
        IReadOnlyList<ProbeSet> probes,
        TrainingContext context
    )
    {
        ArgumentNullException.ThrowIfNull(backend);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(probes);
        ArgumentNullException.ThrowIfNull(context);
        using var loop = new TrainingLoop(
            backend,
            model,
            settings.Optimizer,
            name => name != ParameterSet.ClassifierName
        );
        var step = new WindowStep(backend, model, settings, source, loop);
        IReadOnlyList<SkillAccuracy> Probe(IEnumerable<ProbeSet> sets) =>
            SkillProbe.Run(backend, loop.Transformer, [.. sets]);
        StepPlan plan = settings.Gate is { } gate
            ? new GatedSteps(
                settings.StepCount,
                gate,
                () =>
                    Probe(probes.Where(p => gate.Skills.Contains(p.Name)))
                        .All(p => p.Accuracy >= gate.Accuracy)
            )
            : new FixedSteps(settings.StepCount);
        var outcome = loop.Run(plan, model.Config.BackboneParameterCount, context, step.Run);
        return probes.Count == 0 ? outcome : outcome with { Probes = Probe(probes) };
    }

    private sealed class WindowStep
    {
        private readonly IBackend _backend;
        private readonly WindowSource _source;
        private readonly TrainingLoop _loop;
        private readonly int _batch;
        private readonly int _length;
        private readonly int[] _window;
        private readonly int[] _ids;
        private readonly int[] _targets;
        private readonly float[] _weights;
        private readonly double[] _losses;

        public WindowStep(
            IBackend backend,
            ModelParameters model,
            PretrainingSettings settings,
            WindowSource source,
            TrainingLoop loop
        )
        {
            _backend = backend;
            _source = source;
            _loop = loop;
            _batch = settings.BatchSize;
            _length = settings.WindowLength;
            _window = new int[_length + 1];
            int rows = checked(_batch * _length);
            _ids = new int[rows];
            _targets = new int[rows];
            _weights = new float[rows];
            _losses = new double[rows];
            loop.HeadFlops = KernelCost
                .CrossEntropyBackward(rows, model.Config.VocabularySize, model.Config.Width, true)
                .Flops;
            for (int b = 0; b < _batch; b++)
            {
                loop.Segments.Add(_length, _length);
            }
        }

        public StepResult Run(int step)
        {
            double total = FillWindows(step);
            var arena = _loop.Scratch;
            int rows = _ids.Length;
            var ids = arena.Allocate(new Shape(rows), DataType.Int32);
            var targets = arena.Allocate(new Shape(rows), DataType.Int32);
            var scale = arena.Allocate(rows);
            var losses = arena.Allocate(new Shape(rows), DataType.Float64);
            _backend.Upload<int>(ids, _ids);
            _backend.Upload<int>(targets, _targets);
            // A weighted mean: each target's gradient carries its share of all weights.
            double sum = 0;
            Span<float> shares = _weights;
            foreach (ref float share in shares)
            {
                share = (float)(share / total);
            }
            _backend.Upload<float>(scale, _weights);

            var segments = _loop.Segments;
            var hidden = _loop.Transformer.Forward(arena, ids, segments, keep: _loop.Kept);
            var dHidden = arena.Allocate(hidden.Shape);
            _backend.CrossEntropyBackward(
                losses,
                dHidden,
                _loop.Gradients.Unembedding,
                hidden,
                _loop.Transformer.Weights.Unembedding,
                targets,
                scale
            );
            _loop.Transformer.Backward(
                arena,
                dHidden,
                segments,
                _loop.Kept,
                gradients: _loop.Gradients
            );
            _backend.Download(_losses.AsSpan(), losses);
            for (int n = 0; n < rows; n++)
            {
                sum += _losses[n] * _weights[n];
            }
            return new StepResult(sum, rows);
        }

        private double FillWindows(int step)
        {
            double total = 0;
            for (int b = 0; b < _batch; b++)
            {
                int first = b * _length;
                _source(step, b, _window, _weights.AsSpan(first, _length));
                _window.AsSpan(0, _length).CopyTo(_ids.AsSpan(first));
                _window.AsSpan(1, _length).CopyTo(_targets.AsSpan(first));
            }
            foreach (float weight in _weights)
            {
                total += weight;
            }
            return total;
        }
    }
}

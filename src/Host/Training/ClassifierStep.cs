using System.Runtime.InteropServices;
using Robustness.Compute;
using Robustness.Models;

namespace Robustness.Training;

/// <summary>Gradients of the mean cross-entropy of a batch of rows at their last tokens.</summary>
internal sealed class ClassifierStep(IBackend backend, ModelParameters model, TrainingLoop loop)
{
    // Kept from step to step, so that a step leaves nothing behind.
    private readonly List<int> _ids = [];
    private readonly List<int> _labels = [];
    private readonly List<float> _scales = [];
    private readonly List<double> _losses = [];

    /// <summary>Loss of each row of the latest batch, before its update, in batch order.</summary>
    public ReadOnlySpan<double> Losses => CollectionsMarshal.AsSpan(_losses);

    public StepResult Run(ReadOnlySpan<(int Row, int Epoch)> batch, TrainingRows rows)
    {
        Gather(batch, rows);
        int count = batch.Length;
        long classes = model.Config.ClassCount;
        long width = model.Config.Width;
        loop.HeadFlops =
            KernelCost.ClassifierForward(count, classes, width).Flops
            + KernelCost.ClassificationLoss(count, classes).Flops
            + KernelCost.ClassifierBackward(count, classes, width, true).Flops;
        var arena = loop.Scratch;
        var segments = loop.Segments;
        var ids = arena.Allocate(new Shape(_ids.Count), DataType.Int32);
        backend.Upload<int>(ids, CollectionsMarshal.AsSpan(_ids));
        var hidden = loop.Transformer.Forward(arena, ids, segments, keep: loop.Kept);

        var head = loop.Transformer.Weights.Classifier;
        var logits = arena.Allocate(count, model.Config.ClassCount);
        backend.ClassifierForward(logits, hidden, head);
        var labels = arena.Allocate(new Shape(count), DataType.Int32);
        backend.Upload<int>(labels, CollectionsMarshal.AsSpan(_labels));
        var scale = arena.Allocate(count);
        backend.Upload<float>(scale, CollectionsMarshal.AsSpan(_scales));
        var losses = arena.Allocate(new Shape(count), DataType.Float64);
        var dLogits = arena.Allocate(logits.Shape);
        backend.ClassificationLoss(losses, dLogits, logits, labels, scale);

        var dHidden = arena.Allocate(hidden.Shape);
        backend.ClassifierBackward(dHidden, loop.Gradients.Classifier, dLogits, hidden, head);
        loop.Transformer.Backward(arena, dHidden, segments, loop.Kept, gradients: loop.Gradients);
        CollectionsMarshal.SetCount(_losses, count);
        backend.Download(CollectionsMarshal.AsSpan(_losses), losses);
        double sum = 0;
        foreach (double loss in Losses)
        {
            sum += loss;
        }
        return new StepResult(sum / count, _ids.Count);
    }

    private void Gather(ReadOnlySpan<(int Row, int Epoch)> batch, TrainingRows rows)
    {
        loop.Segments.Clear();
        _ids.Clear();
        _labels.Clear();
        _scales.Clear();
        foreach (var (row, epoch) in batch)
        {
            int before = _ids.Count;
            rows.Encode(row, epoch, _ids);
            loop.Segments.Add(_ids.Count - before, 1);
            _labels.Add(rows.Labels[row]);
            _scales.Add(1f / batch.Length);
        }
    }
}

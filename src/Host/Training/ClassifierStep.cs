using Robustness.Compute;
using Robustness.Models;

namespace Robustness.Training;

/// <summary>Gradients of the mean cross-entropy of a batch of rows at their last tokens.</summary>
internal sealed class ClassifierStep(IBackend backend, ModelParameters model, TrainingLoop loop)
{
    private readonly List<int> _ids = [];

    /// <summary>Loss of each row of the latest batch, before its update, in batch order.</summary>
    public double[] Losses { get; private set; } = [];

    public StepResult Run(IReadOnlyList<(int Row, int Epoch)> batch, TrainingRows rows)
    {
        int[] labels = Gather(batch, rows);
        long classes = model.Config.ClassCount;
        long width = model.Config.Width;
        loop.HeadFlops =
            KernelCost.ClassifierForward(batch.Count, classes, width).Flops
            + KernelCost.ClassificationLoss(batch.Count, classes).Flops
            + KernelCost.ClassifierBackward(batch.Count, classes, width, true).Flops;
        var arena = loop.Scratch;
        var segments = loop.Segments;
        var ids = arena.Allocate(new Shape(_ids.Count), DataType.Int32);
        backend.Upload<int>(ids, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_ids));
        var hidden = loop.Transformer.Forward(arena, ids, segments, keep: loop.Kept);

        var head = loop.Transformer.Weights.Classifier;
        var logits = arena.Allocate(batch.Count, model.Config.ClassCount);
        backend.ClassifierForward(logits, hidden, head);
        var labelTensor = arena.Allocate(new Shape(batch.Count), DataType.Int32);
        backend.Upload<int>(labelTensor, labels);
        var scale = arena.Allocate(batch.Count);
        var scales = new float[batch.Count];
        Array.Fill(scales, 1f / batch.Count);
        backend.Upload<float>(scale, scales);
        var losses = arena.Allocate(new Shape(batch.Count), DataType.Float64);
        var dLogits = arena.Allocate(logits.Shape);
        backend.ClassificationLoss(losses, dLogits, logits, labelTensor, scale);

        var dHidden = arena.Allocate(hidden.Shape);
        backend.ClassifierBackward(dHidden, loop.Gradients.Classifier, dLogits, hidden, head);
        loop.Transformer.Backward(arena, dHidden, segments, loop.Kept, gradients: loop.Gradients);
        if (Losses.Length != batch.Count)
        {
            Losses = new double[batch.Count];
        }
        backend.Download(Losses.AsSpan(), losses);
        return new StepResult(Losses.Sum() / batch.Count, _ids.Count);
    }

    private int[] Gather(IReadOnlyList<(int Row, int Epoch)> batch, TrainingRows rows)
    {
        loop.Segments.Clear();
        _ids.Clear();
        var labels = new int[batch.Count];
        for (int b = 0; b < batch.Count; b++)
        {
            int[] ids = rows.Encode(batch[b].Row, batch[b].Epoch);
            _ids.AddRange(ids);
            loop.Segments.Add(ids.Length, 1);
            labels[b] = rows.Labels[batch[b].Row];
        }
        return labels;
    }
}

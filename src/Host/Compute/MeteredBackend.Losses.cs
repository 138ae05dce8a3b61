using Robustness.Numerics;

namespace Robustness.Compute;

/// <summary>Heads, losses, updates and search.</summary>
public sealed partial class MeteredBackend
{
    /// <inheritdoc/>
    public void LogitsForward(Tensor logits, Tensor hidden, Tensor table)
    {
        long start = Start();
        _inner.LogitsForward(logits, hidden, table);
        var (m, c) = hidden.Shape;
        Stop(start, KernelCost.LogitsForward(m, table.Shape.Rows, c, table.Type));
    }

    /// <inheritdoc/>
    public void CrossEntropyForward(
        Tensor loss,
        Tensor correct,
        Tensor hidden,
        Tensor table,
        Tensor targets
    )
    {
        long start = Start();
        _inner.CrossEntropyForward(loss, correct, hidden, table, targets);
        var (m, c) = hidden.Shape;
        Stop(start, KernelCost.CrossEntropyForward(m, table.Shape.Rows, c, table.Type));
    }

    /// <inheritdoc/>
    public void CrossEntropyBackward(
        Tensor loss,
        Tensor dHidden,
        Tensor dTable,
        Tensor hidden,
        Tensor table,
        Tensor targets,
        Tensor scale
    )
    {
        long start = Start();
        _inner.CrossEntropyBackward(loss, dHidden, dTable, hidden, table, targets, scale);
        var (m, c) = hidden.Shape;
        int v = table.Shape.Rows;
        Stop(start, KernelCost.CrossEntropyBackward(m, v, c, !dTable.IsNone, table.Type));
    }

    /// <inheritdoc/>
    public void ClassifierForward(Tensor logits, Tensor hidden, Tensor weight)
    {
        long start = Start();
        _inner.ClassifierForward(logits, hidden, weight);
        var (m, c) = hidden.Shape;
        Stop(start, KernelCost.ClassifierForward(m, weight.Shape.Rows, c, weight.Type));
    }

    /// <inheritdoc/>
    public void ClassifierBackward(
        Tensor dHidden,
        Tensor dWeight,
        Tensor dLogits,
        Tensor hidden,
        Tensor weight
    )
    {
        long start = Start();
        _inner.ClassifierBackward(dHidden, dWeight, dLogits, hidden, weight);
        var (m, c) = hidden.Shape;
        int classes = weight.Shape.Rows;
        Stop(start, KernelCost.ClassifierBackward(m, classes, c, !dWeight.IsNone, weight.Type));
    }

    /// <inheritdoc/>
    public void ClassificationLoss(
        Tensor loss,
        Tensor dLogits,
        Tensor logits,
        Tensor labels,
        Tensor scale
    )
    {
        long start = Start();
        _inner.ClassificationLoss(loss, dLogits, logits, labels, scale);
        Stop(start, KernelCost.ClassificationLoss(logits.Shape.Rows, logits.Shape.Columns));
    }

    /// <inheritdoc/>
    public double SumOfSquares(Tensor x)
    {
        long start = Start();
        double sum = _inner.SumOfSquares(x);
        Stop(start, KernelCost.SumOfSquares(x.Count));
        return sum;
    }

    /// <inheritdoc/>
    public void AdamW(Tensor weight, Tensor m, Tensor v, Tensor gradient, in AdamWStep step)
    {
        long start = Start();
        _inner.AdamW(weight, m, v, gradient, step);
        Stop(start, KernelCost.AdamW(weight.Count));
    }

    /// <inheritdoc/>
    public void Adafactor(
        Tensor weight,
        Tensor rowMoment,
        Tensor columnMoment,
        Tensor gradient,
        in AdafactorStep step
    )
    {
        long start = Start();
        _inner.Adafactor(weight, rowMoment, columnMoment, gradient, step);
        Stop(start, KernelCost.Adafactor(weight.Shape.Rows, weight.Shape.Columns));
    }

    /// <inheritdoc/>
    public void TokenGradientTopK(
        Tensor ids,
        Tensor values,
        Tensor dEmbedding,
        Tensor table,
        Tensor banned
    )
    {
        long start = Start();
        _inner.TokenGradientTopK(ids, values, dEmbedding, table, banned);
        var (a, k) = ids.Shape;
        var (v, c) = table.Shape;
        Stop(start, KernelCost.TokenGradientTopK(a, v, c, k, table.Type));
    }

    /// <inheritdoc/>
    public void CandidateSample(
        Tensor chosen,
        ReadOnlySpan<long> rowIds,
        int poolSize,
        StreamKey key,
        uint t
    )
    {
        long start = Start();
        _inner.CandidateSample(chosen, rowIds, poolSize, key, t);
        Stop(start, KernelCost.CandidateSample(rowIds.Length, poolSize, chosen.Shape.Columns));
    }
}

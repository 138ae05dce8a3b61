using System.Buffers;
using Robustness.Compute;

namespace Robustness.Backends.Cpu;

/// <summary>
/// Heads and losses. Logits of the vocabulary live in scratch of 256 rows only. Their exponentials
/// are f32 (each within 1 ulp) and so is their sum; the logarithm of it and the loss are f64, so
/// that a loss is within about 1e-6 of that of the same logits in f64.
/// </summary>
public sealed unsafe partial class CpuBackend
{
    private const int LossRows = 256;

    private Arena? _lossArena;

    /// <inheritdoc/>
    public void LogitsForward(Tensor logits, Tensor hidden, Tensor table) =>
        MultiplyAs(table.Type, logits, hidden, table, GemmLayout.NT, GemmEpilogue.Store);

    /// <inheritdoc/>
    public void CrossEntropyForward(
        Tensor loss,
        Tensor correct,
        Tensor hidden,
        Tensor table,
        Tensor targets
    ) => CrossEntropy(loss, correct, Tensor.None, Tensor.None, hidden, table, targets, Tensor.None);

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
        dHidden.Shape.MustBe(hidden.Shape);
        scale.Shape.MustBe(new Shape(hidden.Shape.Rows));
        CrossEntropy(loss, Tensor.None, dHidden, dTable, hidden, table, targets, scale);
    }

    /// <inheritdoc/>
    public void ClassifierForward(Tensor logits, Tensor hidden, Tensor weight)
    {
        var (m, c) = hidden.Shape;
        var (classes, _) = weight.Shape;
        weight.Shape.MustBe(new Shape(classes, c));
        logits.Shape.MustBe(new Shape(m, classes));
        MultiplyAs(weight.Type, logits, hidden, weight, GemmLayout.NT, GemmEpilogue.Store);
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
        dHidden.Shape.MustBe(hidden.Shape);
        MultiplyAs(weight.Type, dHidden, dLogits, weight, GemmLayout.NN, GemmEpilogue.Store);
        if (!dWeight.IsNone)
        {
            var addTo = GemmEpilogue.AddTo;
            MultiplyAs(weight.Type, dWeight, dLogits, hidden, GemmLayout.TN, addTo);
        }
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
        var (m, classes) = logits.Shape;
        labels.Shape.MustBe(new Shape(m));
        for (int n = 0; n < m; n++)
        {
            float* row = logits.Floats + ((long)n * logits.RowStride);
            double max = row[0];
            for (int k = 1; k < classes; k++)
            {
                max = Math.Max(max, row[k]);
            }
            double sum = 0;
            for (int k = 0; k < classes; k++)
            {
                sum += Math.Exp(row[k] - max);
            }
            int label = labels.Ints[n];
            loss.Doubles[n] = max + Math.Log(sum) - row[label];
            for (int k = 0; k < classes && !dLogits.IsNone; k++)
            {
                double p = Math.Exp(row[k] - max) / sum;
                double d = scale.Floats[n] * (p - (k == label ? 1 : 0));
                dLogits.Floats[((long)n * dLogits.RowStride) + k] = (float)d;
            }
        }
    }

    private void CrossEntropy(
        Tensor loss,
        Tensor correct,
        Tensor dHidden,
        Tensor dTable,
        Tensor hidden,
        Tensor table,
        Tensor targets,
        Tensor scale
    )
    {
        var (m, c) = hidden.Shape;
        var (v, _) = table.Shape;
        table.Shape.MustBe(new Shape(v, c));
        targets.Shape.MustBe(new Shape(m));
        loss.Shape.MustBe(new Shape(m));
        _lossArena ??= new Arena(this);
        _lossArena.Rewind(default);
        bool narrow = table.Type == DataType.BFloat16;
        if (narrow)
        {
            (hidden, table) = (Operand(_lossArena, hidden), Operand(_lossArena, table));
        }
        // Several chunks read the table: it is laid out once.
        bool pack = m > LossRows;
        var forward = pack ? GemmPack(_lossArena, table, GemmLayout.NT) : default;
        var backward =
            pack && !dHidden.IsNone ? GemmPack(_lossArena, table, GemmLayout.NN) : default;
        var scratch = _lossArena.Allocate(Math.Min(m, LossRows), v);
        for (int first = 0; first < m; first += LossRows)
        {
            int count = Math.Min(LossRows, m - first);
            var rows = hidden.RowRange(first, count);
            var logits = scratch.RowRange(0, count);
            Multiply(logits, rows, table, GemmLayout.NT, forward);
            RunRows(
                new CrossEntropyJob(loss, correct, logits, targets, scale, first),
                count,
                20L * v
            );
            if (dHidden.IsNone)
            {
                continue;
            }
            if (narrow)
            {
                RunRows(new Bf16OperandJob(logits, logits), count, v);
            }
            Multiply(dHidden.RowRange(first, count), logits, table, GemmLayout.NN, backward);
            if (!dTable.IsNone)
            {
                Gemm(dTable, logits, rows, GemmLayout.TN, GemmEpilogue.AddTo);
            }
        }
    }

    private void Multiply(
        Tensor c,
        Tensor a,
        Tensor table,
        GemmLayout layout,
        in PackedWeights packed
    )
    {
        if (packed.N > 0)
        {
            GemmPacked(c, a, packed, GemmEpilogue.Store);
        }
        else
        {
            Gemm(c, a, table, layout, GemmEpilogue.Store);
        }
    }
}

using System.Buffers;
using Robustness.Compute;

namespace Robustness.Backends.Cpu;

/// <summary>Heads and losses. Logits of the vocabulary live in scratch of 256 rows only.</summary>
public sealed unsafe partial class CpuBackend
{
    private const int LossRows = 256;

    private Arena? _lossArena;

    /// <inheritdoc/>
    public void LogitsForward(Tensor logits, Tensor hidden, Tensor table) =>
        Gemm(logits, hidden, table, GemmLayout.NT, GemmEpilogue.Store);

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
        for (int n = 0; n < m; n++)
        {
            for (int k = 0; k < classes; k++)
            {
                float* x = hidden.Floats + ((long)n * hidden.RowStride);
                float* w = weight.Floats + ((long)k * weight.RowStride);
                logits.Floats[((long)n * logits.RowStride) + k] = Dot(x, w, c);
            }
        }
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
        Gemm(dHidden, dLogits, weight, GemmLayout.NN, GemmEpilogue.Store);
        if (!dWeight.IsNone)
        {
            Gemm(dWeight, dLogits, hidden, GemmLayout.TN, GemmEpilogue.AddTo);
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

    private float Dot(float* x, float* y, int n) =>
        _vectorBits switch
        {
            512 => RowSums.Dot<Lanes512>(x, y, n),
            256 => RowSums.Dot<Lanes256>(x, y, n),
            _ => RowSums.Dot<Lanes128>(x, y, n),
        };

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
        var scratch = _lossArena.Allocate(Math.Min(m, LossRows), v);
        for (int first = 0; first < m; first += LossRows)
        {
            int count = Math.Min(LossRows, m - first);
            var rows = hidden.RowRange(first, count);
            var logits = scratch.RowRange(0, count);
            LogitsForward(logits, rows, table);
            RunRows(
                new CrossEntropyJob(loss, correct, logits, targets, scale, first),
                count,
                20L * v
            );
            if (dHidden.IsNone)
            {
                continue;
            }
            Gemm(dHidden.RowRange(first, count), logits, table, GemmLayout.NN, GemmEpilogue.Store);
            if (!dTable.IsNone)
            {
                Gemm(dTable, logits, rows, GemmLayout.TN, GemmEpilogue.AddTo);
            }
        }
    }
}

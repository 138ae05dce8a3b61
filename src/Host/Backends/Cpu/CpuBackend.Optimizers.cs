using System.Buffers;
using Robustness.Compute;

namespace Robustness.Backends.Cpu;

/// <summary>Updates of parameters.</summary>
public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    public double SumOfSquares(Tensor x)
    {
        double total = 0;
        float* values = x.Floats;
        for (long first = 0; first < x.Count; first += AdamWJob.BlockLength)
        {
            int length = (int)Math.Min(AdamWJob.BlockLength, x.Count - first);
            total += _vectorBits switch
            {
                512 => RowSums.SumOfSquares<Lanes512>(values + first, length, 0f),
                256 => RowSums.SumOfSquares<Lanes256>(values + first, length, 0f),
                _ => RowSums.SumOfSquares<Lanes128>(values + first, length, 0f),
            };
        }
        return total;
    }

    /// <inheritdoc/>
    public void AdamW(Tensor weight, Tensor m, Tensor v, Tensor gradient, in AdamWStep step)
    {
        m.Shape.MustBe(weight.Shape);
        v.Shape.MustBe(weight.Shape);
        gradient.Shape.MustBe(weight.Shape);
        int blocks = (int)((weight.Count + AdamWJob.BlockLength - 1) / AdamWJob.BlockLength);
        RunRows(new AdamWJob(weight, m, v, gradient, step), blocks, 14L * AdamWJob.BlockLength);
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
        gradient.Shape.MustBe(weight.Shape);
        double beta2 = 1 - Math.Pow(step.Step, step.DecayRate);
        double[] update = ArrayPool<double>.Shared.Rent(checked((int)weight.Count));
        double squares = columnMoment.IsNone
            ? VectorUpdate(update, rowMoment, gradient, beta2, step)
            : MatrixUpdate(update, rowMoment, columnMoment, gradient, beta2, step);
        double rms = Math.Sqrt(squares / weight.Count);
        double scale = step.LearningRate / Math.Max(1, rms / step.ClipThreshold);
        for (long i = 0; i < weight.Count; i++)
        {
            weight.Floats[i] = (float)(weight.Floats[i] - (scale * update[i]));
        }
        ArrayPool<double>.Shared.Return(update);
    }

    private static double VectorUpdate(
        double[] update,
        Tensor moment,
        Tensor gradient,
        double beta2,
        in AdafactorStep step
    )
    {
        double squares = 0;
        for (long i = 0; i < gradient.Count; i++)
        {
            double g = gradient.Floats[i] * (double)step.GradientScale;
            double v = (beta2 * moment.Floats[i]) + ((1 - beta2) * ((g * g) + step.Epsilon));
            moment.Floats[i] = (float)v;
            update[i] = g / Math.Sqrt(v);
            squares += update[i] * update[i];
        }
        return squares;
    }

    private static double MatrixUpdate(
        double[] update,
        Tensor rowMoment,
        Tensor columnMoment,
        Tensor gradient,
        double beta2,
        in AdafactorStep step
    )
    {
        var (rows, columns) = gradient.Shape;
        rowMoment.Shape.MustBe(new Shape(rows));
        columnMoment.Shape.MustBe(new Shape(columns));
        double[] columnSums = ArrayPool<double>.Shared.Rent(columns);
        Array.Clear(columnSums, 0, columns);
        double rowMean = 0;
        for (int r = 0; r < rows; r++)
        {
            double sum = 0;
            for (int c = 0; c < columns; c++)
            {
                double g = gradient.Floats[((long)r * columns) + c] * (double)step.GradientScale;
                double square = (g * g) + step.Epsilon;
                sum += square;
                columnSums[c] += square;
            }
            double moment = (beta2 * rowMoment.Floats[r]) + ((1 - beta2) * (sum / columns));
            rowMoment.Floats[r] = (float)moment;
            rowMean += moment;
        }
        rowMean /= rows;
        for (int c = 0; c < columns; c++)
        {
            columnMoment.Floats[c] = (float)(
                (beta2 * columnMoment.Floats[c]) + ((1 - beta2) * (columnSums[c] / rows))
            );
        }
        ArrayPool<double>.Shared.Return(columnSums);
        double squares = 0;
        for (int r = 0; r < rows; r++)
        {
            double row = rowMoment.Floats[r] / rowMean;
            for (int c = 0; c < columns; c++)
            {
                long i = ((long)r * columns) + c;
                double g = gradient.Floats[i] * (double)step.GradientScale;
                update[i] = g / Math.Sqrt(row * columnMoment.Floats[c]);
                squares += update[i] * update[i];
            }
        }
        return squares;
    }
}

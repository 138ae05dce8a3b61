using Robustness.Compute;

namespace Robustness.Backends.Cpu;

/// <summary>Updates of parameters.</summary>
public sealed unsafe partial class CpuBackend
{
    private Arena? _scratch;

    /// <inheritdoc/>
    public double SumOfSquares(Tensor x) => SumOfSquares(Scratch(), x);

    /// <inheritdoc/>
    public void AdamW(Tensor weight, Tensor m, Tensor v, Tensor gradient, in AdamWStep step)
    {
        m.Shape.MustBe(weight.Shape);
        v.Shape.MustBe(weight.Shape);
        gradient.Shape.MustBe(weight.Shape);
        CheckContiguous(weight, m, v, gradient);
        int blocks = SquareSumJob.BlockCount(weight.Count);
        var job = new AdamWJob(weight, m, v, gradient, step);
        RunRows(job, blocks, 14L * SquareSumJob.BlockLength);
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
        CheckContiguous(weight, gradient);
        if (columnMoment.IsNone)
        {
            rowMoment.Shape.MustBe(weight.Shape);
            AdafactorVector(weight, rowMoment, gradient, step);
            return;
        }
        rowMoment.Shape.MustBe(new Shape(weight.Shape.Rows));
        columnMoment.Shape.MustBe(new Shape(weight.Shape.Columns));
        AdafactorMatrix(weight, rowMoment, columnMoment, gradient, step);
    }

    private static float ClippedRate(double squares, long count, in AdafactorStep step)
    {
        double rms = Math.Sqrt(squares / count);
        return (float)(step.LearningRate / Math.Max(1, rms / step.ClipThreshold));
    }

    private static void CheckContiguous(params ReadOnlySpan<Tensor> tensors)
    {
        foreach (var tensor in tensors)
        {
            if (!tensor.IsContiguous)
            {
                throw new ArgumentException(
                    $"A parameter {tensor.Shape} has row stride {tensor.RowStride}; "
                        + "its rows must follow each other."
                );
            }
        }
    }

    private void AdafactorVector(
        Tensor weight,
        Tensor moment,
        Tensor gradient,
        in AdafactorStep step
    )
    {
        var scratch = Scratch();
        var update = scratch.Allocate(weight.Shape);
        int blocks = SquareSumJob.BlockCount(weight.Count);
        var moments = AdafactorMoments.Of(step);
        var job = new AdafactorVectorJob(update, moment, gradient, moments);
        RunRows(job, blocks, 20L * SquareSumJob.BlockLength);
        float rate = ClippedRate(SumOfSquares(scratch, update), weight.Count, step);
        var apply = new AddScaledJob(weight, update, -rate);
        RunRows(apply, blocks, 2L * SquareSumJob.BlockLength);
    }

    private void AdafactorMatrix(
        Tensor weight,
        Tensor rowMoment,
        Tensor columnMoment,
        Tensor gradient,
        in AdafactorStep step
    )
    {
        var (rows, columns) = weight.Shape;
        var scratch = Scratch();
        var rowFactors = scratch.Allocate(rows);
        var columnFactors = scratch.Allocate(columns);
        var squares = scratch.Allocate(new Shape(rows), DataType.Float64);
        var moments = AdafactorMoments.Of(step);
        RunRows(new AdafactorRowJob(rowMoment, gradient, moments), rows, 3L * columns);
        RunRows(
            new AdafactorColumnJob(columnMoment, columnFactors, gradient, moments),
            ColumnSumJob.BlockCount(columns),
            3L * rows * ColumnSumJob.BlockColumns
        );
        double mean = 0;
        for (int r = 0; r < rows; r++)
        {
            mean += rowMoment.Floats[r];
        }
        mean /= rows;
        for (int r = 0; r < rows; r++)
        {
            rowFactors.Floats[r] = (float)Math.Sqrt(mean / rowMoment.Floats[r]);
        }
        float scale = step.GradientScale;
        RunRows(
            new AdafactorSquareJob(squares, rowFactors, columnFactors, gradient, scale),
            rows,
            4L * columns
        );
        double sum = 0;
        for (int r = 0; r < rows; r++)
        {
            sum += squares.Doubles[r];
        }
        float rate = ClippedRate(sum, weight.Count, step);
        RunRows(
            new AdafactorApplyJob(weight, rowFactors, columnFactors, gradient, scale, rate),
            rows,
            4L * columns
        );
    }

    private double SumOfSquares(Arena scratch, Tensor x)
    {
        CheckContiguous(x);
        int blocks = SquareSumJob.BlockCount(x.Count);
        var sums = scratch.Allocate(new Shape(blocks), DataType.Float64);
        RunRows(new SquareSumJob(sums, x), blocks, 2L * SquareSumJob.BlockLength);
        double total = 0;
        for (int block = 0; block < blocks; block++)
        {
            total += sums.Doubles[block];
        }
        return total;
    }

    // Memory of one call: the next one takes it over.
    private Arena Scratch()
    {
        _scratch ??= new Arena(this);
        _scratch.Rewind(default);
        return _scratch;
    }
}

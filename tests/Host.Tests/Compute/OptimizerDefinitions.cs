using System.Numerics;
using Robustness.Compute;

namespace Robustness.Tests.Compute;

/// <summary>The optimisers as their definitions say, in any precision.</summary>
internal static class OptimizerDefinitions
{
    /// <summary>Weights and moments after one step of AdamW.</summary>
    public static (F[] Weight, F[] M, F[] V) AdamW<F>(
        (F[] Weight, F[] M, F[] V) state,
        F[] gradient,
        AdamWStep step
    )
        where F : IFloatingPointIeee754<F>
    {
        var (w, m, v) = ((F[])[.. state.Weight], (F[])[.. state.M], (F[])[.. state.V]);
        var (b1, b2) = (F.CreateChecked(step.Beta1), F.CreateChecked(step.Beta2));
        var rate = F.CreateChecked(step.LearningRate);
        var correction1 = F.CreateChecked(1 - Math.Pow(step.Beta1, step.Step));
        var correction2 = F.CreateChecked(1 - Math.Pow(step.Beta2, step.Step));
        for (int i = 0; i < w.Length; i++)
        {
            var g = gradient[i] * F.CreateChecked(step.GradientScale);
            m[i] = (b1 * m[i]) + ((F.One - b1) * g);
            v[i] = (b2 * v[i]) + ((F.One - b2) * g * g);
            var root = F.Sqrt(v[i] / correction2) + F.CreateChecked(step.Epsilon);
            w[i] *= F.One - (rate * F.CreateChecked(step.WeightDecay));
            w[i] -= rate * (m[i] / correction1) / root;
        }
        return (w, m, v);
    }

    /// <summary>Weights and moments of a matrix after one step of Adafactor.</summary>
    public static (F[] Weight, F[] Rows, F[] Columns) AdafactorMatrix<F>(
        (F[] Weight, F[] Rows, F[] Columns) state,
        F[] gradient,
        AdafactorStep step
    )
        where F : IFloatingPointIeee754<F>
    {
        F[] rows = [.. state.Rows];
        F[] columns = [.. state.Columns];
        var (rowSums, columnSums) = (new F[rows.Length], new F[columns.Length]);
        for (int i = 0; i < gradient.Length; i++)
        {
            var g = gradient[i] * F.CreateChecked(step.GradientScale);
            var square = (g * g) + F.CreateChecked(step.Epsilon);
            rowSums[i / columns.Length] += square;
            columnSums[i % columns.Length] += square;
        }
        Blend(rows, rowSums, columns.Length, step);
        Blend(columns, columnSums, rows.Length, step);
        var mean = F.Zero;
        foreach (var r in rows)
        {
            mean += r;
        }
        mean /= F.CreateChecked(rows.Length);
        var update = new F[gradient.Length];
        for (int i = 0; i < update.Length; i++)
        {
            var second = rows[i / columns.Length] / mean * columns[i % columns.Length];
            update[i] = gradient[i] * F.CreateChecked(step.GradientScale) / F.Sqrt(second);
        }
        return (Apply(state.Weight, update, step), rows, columns);
    }

    /// <summary>Weights and moments of a vector after one step of Adafactor.</summary>
    public static (F[] Weight, F[] Moments) AdafactorVector<F>(
        (F[] Weight, F[] Moments) state,
        F[] gradient,
        AdafactorStep step
    )
        where F : IFloatingPointIeee754<F>
    {
        F[] moments = [.. state.Moments];
        var (squares, update) = (new F[moments.Length], new F[moments.Length]);
        for (int i = 0; i < moments.Length; i++)
        {
            update[i] = gradient[i] * F.CreateChecked(step.GradientScale);
            squares[i] = (update[i] * update[i]) + F.CreateChecked(step.Epsilon);
        }
        Blend(moments, squares, 1, step);
        for (int i = 0; i < moments.Length; i++)
        {
            update[i] /= F.Sqrt(moments[i]);
        }
        return (Apply(state.Weight, update, step), moments);
    }

    private static void Blend<F>(F[] moments, F[] sums, int count, AdafactorStep step)
        where F : IFloatingPointIeee754<F>
    {
        double fresh = Math.Pow(step.Step, step.DecayRate);
        for (int i = 0; i < moments.Length; i++)
        {
            var mean = sums[i] / F.CreateChecked(count);
            moments[i] =
                (F.CreateChecked(1 - fresh) * moments[i]) + (F.CreateChecked(fresh) * mean);
        }
    }

    private static F[] Apply<F>(F[] weight, F[] update, AdafactorStep step)
        where F : IFloatingPointIeee754<F>
    {
        var squares = F.Zero;
        foreach (var u in update)
        {
            squares += u * u;
        }
        var rms = F.Sqrt(squares / F.CreateChecked(update.Length));
        var rate = F.CreateChecked(step.LearningRate);
        rate /= F.Max(F.One, rms / F.CreateChecked(step.ClipThreshold));
        return [.. weight.Select((w, i) => w - (rate * update[i]))];
    }
}

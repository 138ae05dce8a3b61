namespace Robustness.Tests.Models;

/// <summary>
/// Reverse-mode derivatives in double: each operation computes its result and leaves behind how a
/// gradient of the result becomes gradients of its inputs. Both operands of a product are rounded
/// by <paramref name="operand"/>, forward and backward; a rounding passes gradients on as they are.
/// </summary>
internal sealed class ReferenceTape(Func<double, double> operand)
{
    private readonly Stack<Action> _back = [];

    /// <summary>y = W x + b, W [out, in].</summary>
    public Variable Linear(Variable weight, Variable? bias, Variable x)
    {
        var y = new Variable(new double[weight.Value.Length / x.Value.Length]);
        double[] left = [.. x.Value.Select(operand)];
        int count = left.Length;
        for (int o = 0; o < y.Value.Length; o++)
        {
            y.Value[o] = bias?.Value[o] ?? 0;
            for (int c = 0; c < count; c++)
            {
                y.Value[o] += weight.Value[(o * count) + c] * left[c];
            }
        }
        _back.Push(() =>
        {
            for (int o = 0; o < y.Value.Length; o++)
            {
                double d = operand(y.Gradient[o]);
                for (int c = 0; c < count; c++)
                {
                    weight.Gradient[(o * count) + c] += d * left[c];
                    x.Gradient[c] += d * weight.Value[(o * count) + c];
                }
                if (bias is not null)
                {
                    bias.Gradient[o] += y.Gradient[o];
                }
            }
        });
        return y;
    }

    /// <summary>Layer norm of one row.</summary>
    public Variable Norm(Variable gamma, Variable beta, Variable x, double epsilon)
    {
        int count = x.Value.Length;
        double mean = x.Value.Average();
        double variance = x.Value.Select(v => (v - mean) * (v - mean)).Average();
        double rstd = 1 / Math.Sqrt(variance + epsilon);
        double[] unit = [.. x.Value.Select(v => (v - mean) * rstd)];
        var y = new Variable([.. unit.Select((u, c) => (u * gamma.Value[c]) + beta.Value[c])]);
        _back.Push(() =>
        {
            double[] d = [.. y.Gradient.Select((g, c) => g * gamma.Value[c])];
            double sum = d.Sum() / count;
            double along = d.Zip(unit, (a, b) => a * b).Sum() / count;
            for (int c = 0; c < count; c++)
            {
                gamma.Gradient[c] += y.Gradient[c] * unit[c];
                beta.Gradient[c] += y.Gradient[c];
                x.Gradient[c] += rstd * (d[c] - sum - (unit[c] * along));
            }
        });
        return y;
    }

    /// <summary>y[i] = f(x[i]) with its derivative.</summary>
    public Variable Each(Variable x, Func<double, double> f, Func<double, double> slope)
    {
        var y = new Variable([.. x.Value.Select(f)]);
        _back.Push(() =>
        {
            for (int i = 0; i < x.Value.Length; i++)
            {
                x.Gradient[i] += slope(x.Value[i]) * y.Gradient[i];
            }
        });
        return y;
    }

    /// <summary>The sum of vectors.</summary>
    public Variable Sum(params Variable[] terms) =>
        Mix(
            terms[0].Value.Length,
            [.. terms.SelectMany(t => t.Value.Select((_, i) => (i, t, i, 1.0)))]
        );

    /// <summary>y[to] = sum of factor x[from], for each (to, x, from, factor).</summary>
    public Variable Mix(int count, (int To, Variable X, int From, double Factor)[] terms)
    {
        var y = new Variable(new double[count]);
        foreach (var (to, x, from, factor) in terms)
        {
            y.Value[to] += factor * x.Value[from];
        }
        _back.Push(() =>
        {
            foreach (var (to, x, from, factor) in terms)
            {
                x.Gradient[from] += factor * y.Gradient[to];
            }
        });
        return y;
    }

    /// <summary>Softmax of q . k / scale, times the values; no operand is rounded.</summary>
    public Variable Attend(Variable query, Variable[] keys, Variable[] values, double scale)
    {
        double[] weights = Softmax([
            .. keys.Select(k => k.Value.Zip(query.Value, (a, b) => a * b).Sum() / scale),
        ]);
        var y = new Variable(new double[query.Value.Length]);
        for (int s = 0; s < keys.Length; s++)
        {
            for (int d = 0; d < y.Value.Length; d++)
            {
                y.Value[d] += weights[s] * values[s].Value[d];
            }
        }
        _back.Push(() =>
        {
            double along = y.Gradient.Zip(y.Value, (a, b) => a * b).Sum();
            for (int s = 0; s < keys.Length; s++)
            {
                double seen = y.Gradient.Zip(values[s].Value, (a, b) => a * b).Sum();
                double dScore = weights[s] * (seen - along) / scale;
                for (int d = 0; d < y.Value.Length; d++)
                {
                    values[s].Gradient[d] += weights[s] * y.Gradient[d];
                    query.Gradient[d] += dScore * keys[s].Value[d];
                    keys[s].Gradient[d] += dScore * query.Value[d];
                }
            }
        });
        return y;
    }

    /// <summary>Gradients of cross-entropies, summed, for everything on the tape.</summary>
    public void Backward(IEnumerable<(Variable Logits, int Target)> losses)
    {
        foreach (var (logits, target) in losses)
        {
            double[] p = Softmax(logits.Value);
            for (int v = 0; v < p.Length; v++)
            {
                logits.Gradient[v] += p[v] - (v == target ? 1 : 0);
            }
        }
        while (_back.TryPop(out var step))
        {
            step();
        }
    }

    private static double[] Softmax(double[] scores)
    {
        double max = scores.Max();
        double sum = scores.Sum(s => Math.Exp(s - max));
        return [.. scores.Select(s => Math.Exp(s - max) / sum)];
    }
}

/// <summary>A vector or a flat matrix, and the gradient of the loss by it.</summary>
internal sealed record Variable(double[] Value)
{
    /// <summary>Of the same size, zero at first.</summary>
    public double[] Gradient { get; } = new double[Value.Length];
}

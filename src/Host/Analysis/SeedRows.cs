namespace Robustness.Analysis;

/// <summary>The rounds of one seed, their rows numbered alike.</summary>
internal sealed class SeedRows
{
    private readonly AttackedRows[] _rounds;
    private readonly int[][] _places;

    /// <summary>Numbers the rows that some round was attacked on.</summary>
    public SeedRows(AttackedRows[] rounds)
    {
        _rounds = rounds;
        Dictionary<long, int> places = rounds
            .SelectMany(r => r.Rows)
            .Select(r => r.RowId)
            .Distinct()
            .Index()
            .ToDictionary(r => r.Item, r => r.Index);
        RowCount = places.Count;
        _places = [.. rounds.Select(m => m.Rows.Select(r => places[r.RowId]).ToArray())];
    }

    /// <summary>Rows to draw from.</summary>
    public int RowCount { get; }

    /// <summary>Iterations to the target of each round that reaches it, rows weighted.</summary>
    public IEnumerable<(int Round, double Iterations)> Reached(int[] weights, double target)
    {
        for (int m = 0; m < _rounds.Length; m++)
        {
            double[] rates = Rates(_rounds[m].Rows, _places[m], weights);
            if (SuccessMetrics.InterpolatedIteration(rates, target) is { } iterations)
            {
                yield return (_rounds[m].Round, iterations);
            }
        }
    }

    private static double[] Rates(IReadOnlyList<AttackedRow> rows, int[] places, int[] weights)
    {
        double[] rates = new double[1 + rows.Max(r => r.Broken.Count)];
        int total = 0;
        for (int row = 0; row < places.Length; row++)
        {
            int weight = weights[places[row]];
            total += weight;
            IReadOnlyList<bool> broken = rows[row].Broken;
            for (int i = 0; weight > 0 && i < broken.Count; i++)
            {
                rates[i + 1] += broken[i] ? weight : 0;
            }
        }
        for (int i = 0; total > 0 && i < rates.Length; i++)
        {
            rates[i] /= total;
        }
        return rates;
    }
}

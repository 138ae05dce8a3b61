using System.Globalization;
using Robustness.Results;

namespace Robustness.Study;

/// <summary>
/// One of n parts of a study, to be run anywhere: whole chains of stages, from pretraining to
/// evaluation, so that no part waits for another.
/// </summary>
/// <param name="Index">From 1.</param>
/// <param name="Count">Parts in all.</param>
public sealed record StudyShard(int Index, int Count)
{
    /// <summary>As in names of files: <c>1-of-2</c>.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Index}-of-{Count}");

    /// <summary>
    /// Reads <c>i/n</c>; null unless these are two numbers with 1 &lt;= i &lt;= n.
    /// </summary>
    public static StudyShard? TryParse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split('/');
        return
            parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int i)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int n)
            && i >= 1
            && i <= n
            ? new StudyShard(i, n)
            : null;
    }

    /// <summary>
    /// The stages of this part, in the plan's order. The largest chain goes first, each to the
    /// part with the least work so far; equal plans give equal parts.
    /// </summary>
    public IReadOnlyList<Stage> Select(IReadOnlyCollection<Stage> stages)
    {
        ArgumentNullException.ThrowIfNull(stages);
        var chains = Chains(stages);
        double[] work = new double[Count];
        var mine = new HashSet<RunKey>();
        var largestFirst = chains
            .OrderByDescending(c => c.Sum(s => s.Flops))
            .ThenBy(c => c[0].Key.Hex, StringComparer.Ordinal);
        foreach (var chain in largestFirst)
        {
            int part = Array.IndexOf(work, work.Min());
            work[part] += chain.Sum(s => s.Flops);
            if (part == Index - 1)
            {
                mine.UnionWith(chain.Select(s => s.Key));
            }
        }
        return [.. stages.Where(s => mine.Contains(s.Key))];
    }

    // Stages that need one another, directly or through others; inputs come before their users.
    private static IEnumerable<List<Stage>> Chains(IReadOnlyCollection<Stage> stages)
    {
        var chainOf = new Dictionary<RunKey, List<Stage>>();
        foreach (var stage in stages)
        {
            var chain = new List<Stage>();
            foreach (var joined in stage.Inputs.Select(k => chainOf[k]).Distinct().ToList())
            {
                chain.AddRange(joined);
            }
            chain.Add(stage);
            foreach (var member in chain)
            {
                chainOf[member.Key] = chain;
            }
        }
        return chainOf.Values.Distinct();
    }
}

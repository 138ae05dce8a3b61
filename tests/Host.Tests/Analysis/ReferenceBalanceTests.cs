using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Robustness.Tests.Analysis;

/// <summary>
/// Listed balances of offence and defence, and slopes after adversarial training, to the printed
/// digits.
/// </summary>
public sealed partial class ReferenceBalanceTests
{
    [TestCase("tom_007_eval_niki_152_gcg")]
    [TestCase("oskar_019b_suffix_eval_adv_tr_gcg_imdb_small")]
    [TestCase("oskar_026a_gcg_eval_qwen25_adv_spam")]
    [TestCase("oskar_026b_gcg_eval_qwen25_adv_harmless")]
    public void OffenceAndDefence(string group)
    {
        var points = Present("offense_defense", group);
        var fits = Present("offense_defense_fits", group);
        string listed = "";
        string target = "";
        string size = "";
        int checkedCount = 0;
        foreach (string line in Lines("8.7"))
        {
            if (BalanceGroup().Match(line) is { Success: true } head)
            {
                (listed, target) = (head.Groups[1].Value, head.Groups[2].Value);
            }
            if (listed != group)
            {
                continue;
            }
            if (BalanceSize().Match(line) is { Success: true } fit)
            {
                size = fit.Groups[1].Value;
                var found = fits.Single(r => (r["target_asr"], r["model_size"]) == (target, size));
                string what = $"{group} {size}";
                Printed.Check(
                    found["mean_flops_per_iteration_per_example"],
                    fit.Groups[2].Value,
                    what
                );
                CheckFit(found, fit.Groups[3].Value, what);
                checkedCount++;
            }
            foreach (Match point in BalancePoint().Matches(line))
            {
                var found = points.SingleOrDefault(r =>
                    (r["target_asr"], r["model_size"], r["adv_training_round"])
                    == (target, size, point.Groups[1].Value)
                );
                CheckPoint(found, point, $"{group} {size} round {point.Groups[1].Value}");
                checkedCount++;
            }
        }
        Assert.That(checkedCount, Is.GreaterThan(10));
    }

    [TestCase("tom_007_eval_niki_152_gcg")]
    [TestCase("tom_013_eval_niki_171_gcg")]
    [TestCase("tom_014_eval_niki_172_gcg")]
    public void SlopesAfterAdversarialTraining(string group)
    {
        var slopes = Present("slopes", group);
        var trends = Present("meta_slopes", group);
        string listed = "";
        string selector = "";
        int checkedCount = 0;
        foreach (string line in Lines("8.8"))
        {
            if (SlopeHead().Match(line) is { Success: true } head)
            {
                (listed, selector) = (head.Groups[1].Value, head.Groups[2].Value);
            }
            else if (listed == group && line.Contains("META", StringComparison.Ordinal))
            {
                CheckSlopes(slopes, line, selector, group);
                Match meta = Meta().Match(line);
                var trend = trends.Single(r => r["round_selector"] == selector);
                Printed.Check(trend["slope"], meta.Groups[1].Value, $"{selector} trend");
                Printed.Check(trend["intercept"], meta.Groups[2].Value, $"{selector} intercept");
                Printed.Check(trend["r2"], meta.Groups[3].Value, $"{selector} r2");
                checkedCount++;
            }
        }
        Assert.That(checkedCount, Is.EqualTo(4));
    }

    private static void CheckSlopes(
        IEnumerable<Dictionary<string, string>> slopes,
        string line,
        string selector,
        string group
    )
    {
        var ours = slopes
            .Where(r => r["round_selector"] == selector)
            .ToDictionary(r => r["model_size"]);
        MatchCollection listed = SizeSlope().Matches(line);
        Assert.That(ours, Has.Count.EqualTo(listed.Count), $"{group} {selector}");
        foreach (Match item in listed)
        {
            string what = $"{group} {selector} {item.Groups[1].Value}";
            var found = ours[item.Groups[1].Value];
            Printed.Check(found["slope"], item.Groups[2].Value, what);
            Assert.That(found["n"], Is.EqualTo(item.Groups[3].Value), what);
        }
    }

    /// <summary>A table's rows of a group; skips the test, by name, where it has none.</summary>
    private static List<Dictionary<string, string>> Present(string table, string group)
    {
        List<Dictionary<string, string>> rows =
        [
            .. PublishedResults.Table(table).Where(r => r["group"] == group),
        ];
        if (rows.Count == 0)
        {
            Assert.Ignore($"The table of {group} is not in the folder.");
        }
        return rows;
    }

    private static void CheckPoint(Dictionary<string, string>? found, Match point, string what)
    {
        if (point.Groups[2].Value == "none")
        {
            Assert.That(found, Is.Null, what);
            return;
        }
        Assert.That(found, Is.Not.Null, what);
        Printed.Check(found!["iterations"], point.Groups[3].Value, what);
        Printed.Check(found["attack_flops_fraction_pretrain"], point.Groups[4].Value, what);
        Printed.Check(found["defense_flops_fraction_pretrain"], point.Groups[5].Value, what);
    }

    private static void CheckFit(Dictionary<string, string> found, string printed, string what)
    {
        Match fit = BalanceLine().Match(printed);
        if (!fit.Success)
        {
            Assert.That(found["slope"], Is.Empty, what);
            return;
        }
        foreach (
            (int i, string column) in (string[])["slope", "intercept", "r2", "n"] is { } c
                ? c.Index()
                : []
        )
        {
            Printed.Check(found[column], fit.Groups[i + 1].Value, $"{what} {column}");
        }
    }

    private static IReadOnlyList<string> Lines(string section)
    {
        IReadOnlyList<string> lines = PublishedResults.Reference(section);
        if (lines.Count == 0)
        {
            Assert.Ignore("The text with the reference numbers is absent.");
        }
        return lines;
    }

    [GeneratedRegex(@"^\['(\w+)'\] target (\S+)")]
    private static partial Regex BalanceGroup();

    [GeneratedRegex(@"^(\S+) mean flops/iter/ex (\S+)(.*)")]
    private static partial Regex BalanceSize();

    [GeneratedRegex(@"loglog slope (\S+) int (\S+) r2 (\S+) n=(\d+)")]
    private static partial Regex BalanceLine();

    [GeneratedRegex(@"r(\d+):(none|it (\S+) atk (\S+) def (\S+))")]
    private static partial Regex BalancePoint();

    [GeneratedRegex(@"^(\w+) round sel (\S+) chosen")]
    private static partial Regex SlopeHead();

    [GeneratedRegex(@"(\S+):(-?\d\.\d{4})\(n=(\d+)\)")]
    private static partial Regex SizeSlope();

    [GeneratedRegex(@"META slope (\S+) int (\S+) r2 (\S+)")]
    private static partial Regex Meta();
}

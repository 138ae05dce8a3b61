using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Robustness.Tests.Analysis;

/// <summary>
/// Listed balances of offence and defence, and slopes after adversarial training, to the printed
/// digits.
/// </summary>
public sealed partial class ReferenceBalanceTests
{
    [Test]
    public void OffenceAndDefence()
    {
        var points = PublishedResults.Table("offense_defense");
        var fits = PublishedResults.Table("offense_defense_fits");
        string group = "";
        string target = "";
        string size = "";
        int checkedCount = 0;
        foreach (string line in Lines("8.7"))
        {
            if (BalanceGroup().Match(line) is { Success: true } head)
            {
                (group, target) = (head.Groups[1].Value, head.Groups[2].Value);
            }
            bool present = fits.Any(r => r["group"] == group);
            if (BalanceSize().Match(line) is { Success: true } fit && present)
            {
                size = fit.Groups[1].Value;
                var found = fits.Single(r =>
                    (r["group"], r["target_asr"], r["model_size"]) == (group, target, size)
                );
                string what = $"{group} {size}";
                Printed.Check(
                    found["mean_flops_per_iteration_per_example"],
                    fit.Groups[2].Value,
                    what
                );
                CheckFit(found, fit.Groups[3].Value, what);
                checkedCount++;
            }
            foreach (Match point in BalancePoint().Matches(line).Where(_ => present))
            {
                var found = points.SingleOrDefault(r =>
                    (r["group"], r["target_asr"], r["model_size"], r["adv_training_round"])
                    == (group, target, size, point.Groups[1].Value)
                );
                CheckPoint(found, point, $"{group} {size} round {point.Groups[1].Value}");
                checkedCount++;
            }
        }
        Assert.That(checkedCount, Is.GreaterThan(40));
    }

    [Test]
    public void SlopesAfterAdversarialTraining()
    {
        var slopes = PublishedResults.Table("slopes");
        var trends = PublishedResults.Table("meta_slopes");
        string group = "";
        string selector = "";
        int checkedCount = 0;
        foreach (string line in Lines("8.8"))
        {
            if (SlopeHead().Match(line) is { Success: true } head)
            {
                (group, selector) = (head.Groups[1].Value, head.Groups[2].Value);
            }
            else if (line.Contains("META", StringComparison.Ordinal))
            {
                var ours = slopes
                    .Where(r => (r["group"], r["round_selector"]) == (group, selector))
                    .ToDictionary(r => r["model_size"]);
                if (ours.Count == 0)
                {
                    continue;
                }
                MatchCollection listed = SizeSlope().Matches(line);
                Assert.That(ours, Has.Count.EqualTo(listed.Count), $"{group} {selector}");
                foreach (Match item in listed)
                {
                    string what = $"{group} {selector} {item.Groups[1].Value}";
                    var found = ours[item.Groups[1].Value];
                    Printed.Check(found["slope"], item.Groups[2].Value, what);
                    Assert.That(found["n"], Is.EqualTo(item.Groups[3].Value), what);
                    checkedCount++;
                }
                Match meta = Meta().Match(line);
                var trend = trends.Single(r =>
                    (r["group"], r["round_selector"]) == (group, selector)
                );
                Printed.Check(trend["slope"], meta.Groups[1].Value, $"{group} {selector} trend");
                Printed.Check(trend["intercept"], meta.Groups[2].Value, $"{group} {selector}");
                Printed.Check(trend["r2"], meta.Groups[3].Value, $"{group} {selector} r2");
            }
        }
        Assert.That(checkedCount, Is.GreaterThanOrEqualTo(48));
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

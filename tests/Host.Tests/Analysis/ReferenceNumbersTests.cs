using System.Globalization;
using System.Text.RegularExpressions;
using NUnit.Framework;
using Robustness.Analysis;

namespace Robustness.Tests.Analysis;

/// <summary>
/// The listed reference numbers, read from the text that lists them and compared to the printed
/// digits. Groups whose file is absent are skipped by name.
/// </summary>
public sealed partial class ReferenceNumbersTests
{
    private sealed record Case(string Section, string Group, string[] Header, string[][] Rows);

    private static IEnumerable<TestCaseData> FineTuned() =>
        Cases(["8.2", "8.3"], c => c.Header[0] == "size").Select(Named);

    private static IEnumerable<TestCaseData> Training() => Cases(["8.5"], _ => true).Select(Named);

    private static IEnumerable<TestCaseData> Rounds() => Cases(["8.6"], _ => true).Select(Named);

    private static TestCaseData Named(Case item) =>
        new TestCaseData(item).SetArgDisplayNames(item.Group);

    [TestCaseSource(nameof(FineTuned))]
    public void SuccessOfFineTunedModels(object data)
    {
        var item = (Case)data;
        var asr = Need("asr", item.Group);
        var slopes = Need("slopes", item.Group);
        // "median", "min" and "max" speak of the iteration that the mean before them names.
        int first = int.Parse(
            Iteration().Match(string.Join(' ', item.Header)).Groups[1].Value,
            CultureInfo.InvariantCulture
        );
        Assert.Multiple(() =>
        {
            foreach (string[] row in item.Rows)
            {
                for (int i = 1; i < row.Length; i++)
                {
                    CheckCell(item, asr, slopes, row, i, first);
                }
            }
        });
    }

    private static void CheckCell(
        Case item,
        IReadOnlyList<Dictionary<string, string>> asr,
        IReadOnlyList<Dictionary<string, string>> slopes,
        string[] row,
        int i,
        int firstIteration
    )
    {
        string header = item.Header[i];
        int iteration = Iteration().Match(header) is { Success: true } own
            ? int.Parse(own.Groups[1].Value, CultureInfo.InvariantCulture)
            : firstIteration;
        bool slope = header is "slope" or "intercept" or "R2" or "n";
        Dictionary<string, string> found = slope
            ? slopes.Single(r => r["model_size"] == row[0])
            : asr.Single(r =>
                r["model_size"] == row[0]
                && r["iteration"] == iteration.ToString(CultureInfo.InvariantCulture)
            );
        string cell = header switch
        {
            "seeds" => found["seeds"],
            _ when header.StartsWith("pre-acc", StringComparison.Ordinal) => found[
                "pre_attack_accuracy_mean"
            ],
            _ when header.StartsWith("sm ", StringComparison.Ordinal) => found[
                "asr_smoothed_median"
            ],
            _ when header.StartsWith("mean_log", StringComparison.Ordinal) => found[
                "mean_log_prob_mean"
            ],
            "min" => found["asr_min"],
            "max" => found["asr_max"],
            "R2" => found["r2"],
            "slope" or "intercept" or "n" => found[header],
            _ when header.Contains("median", StringComparison.Ordinal) => found["asr_median"],
            _ => found["asr_mean"],
        };
        Printed.Check(cell, row[i], $"{item.Group} {row[0]} {header}");
    }

    [Test]
    public void TrendsOfFineTunedModels()
    {
        int checkedCount = 0;
        var trends = PublishedResults.Table("meta_slopes");
        string group = "";
        foreach (string line in ReferenceLines("8.2", "8.3"))
        {
            group = GroupName().Match(line) is { Success: true } name
                ? name.Groups[1].Value
                : group;
            Match meta = Meta().Match(line);
            string[] cells = meta.Success
                ? [group, .. meta.Groups.Values.Skip(1).Select(g => g.Value)]
                : Split(line);
            bool table = cells.Length == 5 && cells[0].Contains('_', StringComparison.Ordinal);
            var found = trends.FirstOrDefault(r => r["group"] == cells.FirstOrDefault());
            if ((meta.Success || table) && found is not null)
            {
                Printed.Check(found["slope"], cells[1], cells[0]);
                Printed.Check(found["intercept"], cells[2], cells[0]);
                Printed.Check(found["r2"], cells[3], cells[0]);
                Printed.Check(found["n"], cells[4], cells[0]);
                checkedCount++;
            }
        }
        Assert.That(checkedCount, Is.GreaterThanOrEqualTo(6));
    }

    [Test]
    public void RegressionsOnSize()
    {
        int checkedCount = 0;
        var regressions = PublishedResults.Table("size_regressions");
        foreach (string[] cells in ReferenceLines("8.2").Select(Split))
        {
            if (
                cells.Length == 6
                && regressions.FirstOrDefault(r => r["group"] == cells[0]) is { } r
            )
            {
                string[] columns = ["iteration", "slope", "intercept", "r2", "n"];
                foreach ((int i, string column) in columns.Index())
                {
                    Printed.Check(r[column], cells[i + 1], $"{cells[0]} {column}");
                }
                checkedCount++;
            }
        }
        Assert.That(checkedCount, Is.GreaterThanOrEqualTo(5));
    }

    [Test]
    public void MediansByIteration()
    {
        var asr = Need("asr", "ian_106_gcg_pythia_imdb");
        string[] lines = [.. ReferenceLines("8.2").Where(l => ByIteration().IsMatch(l))];
        Assert.That(lines, Has.Length.EqualTo(10));
        foreach (string[] cells in lines.Select(l => l.Split(' ', NonEmpty)))
        {
            string[] found =
            [
                .. asr.Where(r => r["iteration"] == cells[0]).Select(r => r["asr_median"]),
            ];
            Assert.That(found, Has.Length.EqualTo(10));
            foreach ((int i, string cell) in found.Index())
            {
                Printed.Check(cell, cells[i + 1], $"iteration {cells[0]}, size {i}");
            }
        }
    }

    [Test]
    public void StrongReject()
    {
        var table = PublishedResults.Table("strongreject");
        string[][] rows = [.. ReferenceLines("8.4").Select(Split).Where(c => c.Length == 5)];
        Assert.That(rows, Has.Length.EqualTo(7)); // header, rule, five sizes
        foreach (string[] row in rows[2..])
        {
            var found = table.Single(r => $"Qwen2.5-{r["model_size"]}-Instruct" == row[0]);
            Printed.Check(found["refusal_before"], row[1].Split(' ')[0], row[0]);
            Printed.Check(found["asr"], row[2].Split(' ')[0], row[0]);
            string[] interval = row[3].Trim('[', ']').Split(", ");
            Printed.Check(found["wilson_low"], interval[0], row[0]);
            Printed.Check(found["wilson_high"], interval[1], row[0]);
            Printed.Check(found["post_attack_accuracy"], row[4], row[0]);
        }
    }

    [TestCaseSource(nameof(Training))]
    public void CostsOfTraining(object data)
    {
        var item = (Case)data;
        var table = Need("training_flops", item.Group);
        Assert.Multiple(() =>
        {
            foreach (string[] row in item.Rows)
            {
                var size = table.Where(r => r["model_size"] == row[0]).ToArray();
                var last = size.MaxBy(r => Printed.Value(r["adv_training_round"]))!;
                Assert.That(last["adv_training_round"], Is.EqualTo(row[1]), row[0]);
                const string Total = "mean_train_total_flops";
                const string Share = "defense_flops_fraction_pretrain";
                Printed.Check(At(size, "1")[Total], row[2], row[0]);
                Printed.Check(At(size, "2")[Total], row[3], row[0]);
                Printed.Check(At(size, "5")[Total], row[4], row[0]);
                Printed.Check(last[Total], row[5], row[0]);
                Printed.Check(At(size, "1")[Share], row[6], row[0]);
                Printed.Check(last[Share], row[7], row[0]);
            }
        });
    }

    [TestCaseSource(nameof(Rounds))]
    public void SuccessByRound(object data)
    {
        var item = (Case)data;
        var asr = Need("asr", item.Group).Where(r => r["iteration"] == "128").ToArray();
        Assert.Multiple(() =>
        {
            foreach (string[] row in item.Rows)
            {
                var size = asr.Where(r => r["model_size"] == row[0]).ToArray();
                for (int i = 2; i < row.Length - 2; i++)
                {
                    var found = size.FirstOrDefault(r =>
                        "r" + r["adv_training_round"] == item.Header[i]
                    );
                    Printed.Check(
                        found?["asr_median"] ?? "-",
                        row[i],
                        $"{row[0]} {item.Header[i]}"
                    );
                }
                var last = size.MaxBy(r => Printed.Value(r["adv_training_round"]))!;
                string[] printed = row[^2].Split(' ', '(', ')');
                Printed.Check(last["asr_median"], printed[0], $"{row[0]} last");
                Assert.That("r" + last["adv_training_round"], Is.EqualTo(printed[2]));
                Printed.Check(last["pre_attack_accuracy_mean"], row[^1], $"{row[0]} accuracy");
                Assert.That(last["seeds"], Is.EqualTo(row[1]), row[0]);
            }
        });
    }

    private const StringSplitOptions NonEmpty =
        StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;

    private static Dictionary<string, string> At(
        IEnumerable<Dictionary<string, string>> rows,
        string round
    ) => rows.Single(r => r["adv_training_round"] == round);

    private static IReadOnlyList<Dictionary<string, string>> Need(string table, string group)
    {
        Dictionary<string, string>[] rows =
        [
            .. PublishedResults.Table(table).Where(r => r["group"] == group),
        ];
        if (rows.Length == 0)
        {
            Assert.Ignore($"The table of {group} is not in the folder.");
        }
        return rows;
    }

    private static IReadOnlyList<string> ReferenceLines(params string[] sections)
    {
        string[] lines = [.. sections.SelectMany(PublishedResults.Reference)];
        if (lines.Length == 0)
        {
            Assert.Ignore("The text with the reference numbers is absent.");
        }
        return lines;
    }

    private static IEnumerable<Case> Cases(string[] sections, Func<Case, bool> wanted)
    {
        foreach (string section in sections)
        {
            string group = "";
            Case? open = null;
            foreach (string line in PublishedResults.Reference(section).Append(""))
            {
                string[] cells = Split(line);
                if (GroupName().Match(line) is { Success: true } name)
                {
                    group = name.Groups[1].Value;
                }
                else if (cells.Length < 2)
                {
                    if (open is not null && wanted(open))
                    {
                        yield return open;
                    }
                    open = null;
                }
                else if (open is null && cells[0] == "size")
                {
                    open = new(section, group, cells, []);
                }
                else if (open is not null && !cells[0].StartsWith("---", StringComparison.Ordinal))
                {
                    open = open with { Rows = [.. open.Rows, cells] };
                }
            }
        }
    }

    private static string[] Split(string line) =>
        line.StartsWith('|') ? line.Trim('|').Split('|', StringSplitOptions.TrimEntries) : [];

    [GeneratedRegex(@"^\*\*(\w+)\*\*")]
    private static partial Regex GroupName();

    [GeneratedRegex(@"@(\d+)")]
    private static partial Regex Iteration();

    [GeneratedRegex(@"^meta: slope (\S+) intercept (\S+) R2 (\S+) \(n=(\d+)\)")]
    private static partial Regex Meta();

    [GeneratedRegex(@"^ ?\d+( \d\.\d{4}){10}$")]
    private static partial Regex ByIteration();
}

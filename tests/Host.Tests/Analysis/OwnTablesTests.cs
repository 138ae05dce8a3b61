using NUnit.Framework;
using Robustness.Analysis;

namespace Robustness.Tests.Analysis;

/// <summary>
/// Our evaluations.csv and training.csv go the same way as the published tables: the same rows
/// under published names give the same numbers.
/// </summary>
public sealed class OwnTablesTests
{
    /// <summary>
    /// tom_014 and niki_172 are renamed copies of our tables: every cell of every row agrees.
    /// </summary>
    [TestCase("asr")]
    [TestCase("slopes")]
    [TestCase("meta_slopes")]
    [TestCase("training_flops")]
    [TestCase("offense_defense")]
    [TestCase("offense_defense_fits")]
    public void BothPathsGiveTheSameCells(string table)
    {
        string evaluations = StudyTables.Evaluations("wl", "gcg", "gcg", "suffix");
        string trainings = StudyTables.Trainings("wl", "gcg");
        using var ours = new ResultsFolder()
            .Add("tables", "evaluations.csv", StudyTables.EvaluationColumns + evaluations)
            .Add("tables", "training.csv", StudyTables.TrainingColumns + trainings);
        using var published = new ResultsFolder()
            .Evaluation(
                "tom_014_eval_niki_172_gcg.csv",
                Unnamed(StudyTables.EvaluationColumns) + Unnamed(evaluations)
            )
            .Training(
                "niki_172_adv_tr_gcg_wl_small.csv",
                Unnamed(StudyTables.TrainingColumns) + Unnamed(trainings)
            );
        var left = ours.Table(table);
        var right = published.Table(table);
        Assert.That(left, Is.Not.Empty);
        Assert.That(left.Select(Cells), Is.EqualTo(right.Select(Cells)));
        Assert.That(left.Select(r => r["group"]).Distinct().Single(), Does.StartWith("ladder_wl"));
    }

    /// <summary>Two groups of one file, told apart by the column.</summary>
    [Test]
    public void AColumnNamesTheGroups()
    {
        using var folder = new ResultsFolder().Add(
            "tables",
            "evaluations.csv",
            StudyTables.EvaluationColumns
                + StudyTables.Evaluations("wl", "gcg", "", "suffix")
                + StudyTables.Evaluations("wl", "gcg", "gcg", "prefix")
        );
        PaperResults results = folder.Read();
        Assert.That(
            results.Groups.Select(g => (g.Name, g.Kind, g.Position)),
            Is.EqualTo([
                ("ladder_wl_ft_gcg_suffix", GroupKind.FineTuned, "suffix"),
                ("ladder_wl_gcg_gcg_prefix", GroupKind.AdversariallyTrained, "prefix"),
            ])
        );
        var rows = folder.Table("asr");
        Assert.That(
            rows.Where(r => r["group"] == "ladder_wl_ft_gcg_suffix")
                .All(r => r["adv_training_round"].Length == 0)
        );
        Assert.That(
            folder.Table("size_regressions").Select(r => (r["group"], r["iteration"])),
            Is.EqualTo([("ladder_wl_ft_gcg_suffix", "10")])
        );
    }

    /// <summary>A prefix evaluation of suffix-trained models is priced by that training.</summary>
    [Test]
    public void TransferIsPricedByTheTrainingThatMadeTheModels()
    {
        using var folder = new ResultsFolder()
            .Add(
                "tables",
                "evaluations.csv",
                StudyTables.EvaluationColumns
                    + StudyTables.Evaluations("wl", "gcg", "gcg", "prefix")
            )
            .Add(
                "tables",
                "training.csv",
                StudyTables.TrainingColumns + StudyTables.Trainings("wl", "gcg")
            );
        var rows = folder
            .Table("offense_defense")
            .Where(r => (r["target_asr"], r["model_size"]) == ("0.05", "tiny"));
        Assert.That(
            rows.Select(r => Printed.Value(r["defense_flops_fraction_pretrain"])),
            Is.EqualTo([0, 0.001, 0.002, 0.003]).Within(1e-15)
        );
    }

    /// <summary>Without the intervals, whose draws are named by the group.</summary>
    private static string Cells(Dictionary<string, string> row) =>
        string.Join(
            ' ',
            row.Where(c => c.Key is not "group")
                .Where(c => !c.Key.Contains("_bootstrap_", StringComparison.Ordinal))
                .Select(c => $"{c.Key}={c.Value}")
        );

    /// <summary>Rows without the columns that describe a group.</summary>
    private static string Unnamed(string rows)
    {
        string[] lines = rows.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        bool training = lines[0].Split(',').Length == StudyTables.TrainingColumns.Split(',').Length;
        int described = training ? 5 : 6;
        return string.Concat(
            lines.Select(l => string.Join(',', l.Split(',').Skip(described)) + "\n")
        );
    }
}

using NUnit.Framework;
using Robustness.Analysis;

namespace Robustness.Tests.Analysis;

/// <summary>Which columns of our tables stand for compute, and what costs are divided by.</summary>
public sealed class TableReadingTests
{
    [Test]
    public void ComputeAsExecutedHasItsOwnColumns()
    {
        using ResultsFolder folder = Study();
        EvaluationRow paper = First(folder, new TableReading());
        EvaluationRow executed = First(folder, new TableReading { Flops = FlopRule.Executed });
        Assert.That(paper.FlopsPerIteration, Is.EqualTo(2000 * 5000));
        Assert.That(executed.FlopsPerIteration, Is.EqualTo(900 * 5000));
        var reading = new TableReading { Flops = FlopRule.Executed };
        PaperResults results = PaperResults.Read(folder.Path, PaperConvention.Corrected, reading);
        TrainingRow last = results.Trainings("ladder_wl_gcg_suffix")[^1];
        Assert.That(last.TotalFlops, Is.EqualTo(1000L * 3 * 80_000 / 2));
    }

    /// <summary>100 rows were scored and attacked, of a nominal set of 500.</summary>
    [Test]
    public void OurOwnCountsAreOfTheRowsUsed()
    {
        using ResultsFolder folder = Study(",0.5,100,", ",0.5,500,");
        EvaluationRow published = First(folder, new TableReading());
        EvaluationRow own = First(folder, new TableReading { OwnCounts = true });
        Assert.That((published.EvaluatedCount, published.CostedCount), Is.EqualTo((500, 500)));
        Assert.That((own.EvaluatedCount, own.CostedCount), Is.EqualTo((100, 100)));
    }

    [Test]
    public void PublishedTablesHaveNoExecutedCompute()
    {
        using var folder = new ResultsFolder().Evaluation(
            "ian_109_gcg_pythia_spam.csv",
            ResultsFolder.EvaluationHeader
        );
        var reading = new TableReading { Flops = FlopRule.Executed };
        Assert.That(
            () => PaperResults.Read(folder.Path, PaperConvention.Paper, reading),
            Throws
                .TypeOf<PaperResultsException>()
                .With.Message.EqualTo(
                    "ian_109_gcg_pythia_spam.csv: column executed_flops_per_iteration missing"
                )
        );
    }

    private static ResultsFolder Study(string old = "", string instead = "")
    {
        string rows = StudyTables.Evaluations("wl", "gcg", "gcg", "suffix");
        return new ResultsFolder()
            .Add(
                "tables",
                "evaluations.csv",
                StudyTables.EvaluationColumns + (old.Length > 0 ? rows.Replace(old, instead) : rows)
            )
            .Add(
                "tables",
                "training.csv",
                StudyTables.TrainingColumns + StudyTables.Trainings("wl", "gcg")
            );
    }

    private static EvaluationRow First(ResultsFolder folder, TableReading reading)
    {
        PaperResults results = PaperResults.Read(folder.Path, PaperConvention.Corrected, reading);
        return results.Evaluations(results.Groups.First())[0];
    }
}

using NUnit.Framework;
using Robustness.Analysis;
using Robustness.Reporting;

namespace Robustness.Tests.Analysis;

/// <summary>A study of ours beside the published results.</summary>
public sealed class PaperComparisonTests
{
    private const string WordLength = "ian_108_gcg_pythia_wl.csv";
    private const string Trained = "tom_014_eval_niki_172_gcg.csv";

    private static readonly string[] s_figures =
    [
        "compare_finetuned",
        "compare_attack_compute",
        "compare_slopes",
        "compare_adv_training",
        "compare_offense_defense",
    ];

    /// <summary>Every figure has both sides, in the colours of the legend.</summary>
    [Test]
    public void EveryFigureShowsBothSides()
    {
        using var study = Study("word-length");
        using var paper = Published();
        string page = PaperComparisonReport.Write(
            study.Path,
            PaperResults.Read(paper.Path, PaperConvention.Paper),
            study.Path,
            PaperConvention.Paper
        );
        Assert.That(File.ReadAllText(page), Does.Contain("<h2>Slopes</h2>"));
        Assert.Multiple(() =>
        {
            foreach (string figure in s_figures)
            {
                string path = Path.Combine(study.Path, "figures", figure);
                string numbers = File.ReadAllText(path + ".csv");
                Assert.That(numbers, Does.Contain("published").And.Contain("this study"), figure);
                Assert.That(numbers, Does.Not.Contain("NaN"), figure);
                Assert.That(File.ReadAllText(path + ".svg"), Does.Contain("this study"), figure);
            }
        });
    }

    [Test]
    public void SlopesOfBothSidesHaveTheirIntervals()
    {
        using var study = Study("word-length");
        using var paper = Published();
        PaperComparison comparison = Compare(study, paper);
        Assert.That(
            comparison.Pairs.Select(p => (p.Paper.Name, p.Selector)),
            Is.EquivalentTo([
                ("ian_108_gcg_pythia_wl", "finetuned"),
                ("tom_014_eval_niki_172_gcg", "0"),
                ("tom_014_eval_niki_172_gcg", "0.001"),
                ("tom_014_eval_niki_172_gcg", "0.005"),
                ("tom_014_eval_niki_172_gcg", "-1"),
            ])
        );
        var rows = PublishedResults.Rows(comparison.Slopes());
        foreach (string source in (string[])["study", "paper"])
        {
            var sizes = rows.Where(r => r["source"] == source && r["model_size"].Length > 0);
            Assert.That(sizes.Count(), Is.EqualTo(15), source);
            Assert.That(sizes.All(r => r["slope_bootstrap_low"].Length > 0), source);
        }
    }

    [TestCase("word-length", true)]
    [TestCase("word-length-short", true)]
    [TestCase("word_length", true)]
    [TestCase("WordLength", true)]
    [TestCase("wl", true)]
    [TestCase("password-match", false)]
    public void TasksOfOursFindTheirPublishedNames(string task, bool paired)
    {
        using var study = Study(task);
        using var paper = Published();
        Assert.That(Compare(study, paper).Groups, paired ? Has.Count.EqualTo(2) : Is.Empty);
    }

    /// <summary>Random training text, or another place of the string, is another group.</summary>
    [TestCase("gcg", "gcg-control", "suffix")]
    [TestCase("gcg", "gcg", "prefix")]
    [TestCase("gcg", "random_token", "suffix")]
    [TestCase("random_token", "", "suffix")]
    public void OtherAttacksAndPlacesHaveNoCounterpart(string attack, string trained, string place)
    {
        using var study = new ResultsFolder().Add(
            "tables",
            "evaluations.csv",
            StudyTables.EvaluationColumns
                + StudyTables.Evaluations("word-length", attack, trained, place)
        );
        using var paper = Published();
        Assert.That(Compare(study, paper).Groups, Is.Empty);
        string page = PaperComparisonReport.Write(
            study.Path,
            PaperResults.Read(paper.Path, PaperConvention.Paper),
            study.Path,
            PaperConvention.Paper
        );
        Assert.That(File.ReadAllText(page), Does.Contain("No published group here has the same"));
    }

    private static PaperComparison Compare(ResultsFolder study, ResultsFolder paper) =>
        new(new PaperTables(study.Read()), new PaperTables(paper.Read()));

    private static ResultsFolder Study(string task) =>
        new ResultsFolder()
            .Add(
                "tables",
                "evaluations.csv",
                StudyTables.EvaluationColumns
                    + StudyTables.Evaluations(task, "gcg", "", "suffix")
                    + StudyTables.Evaluations(task, "gcg-128", "gcg", "suffix")
            )
            .Add(
                "tables",
                "training.csv",
                StudyTables.TrainingColumns + StudyTables.Trainings(task, "gcg")
            );

    private static ResultsFolder Published()
    {
        string tuned = ResultsFolder.EvaluationHeader;
        string trained = ResultsFolder.EvaluationHeader;
        string costs = ResultsFolder.TrainingHeader;
        foreach (long size in (long[])[7629056, 44672000, 353824768])
        {
            double pretraining = PublishedSizes
                .PretrainingFlops(size, PaperConvention.Paper)!
                .Value;
            for (int run = 0; run < 8; run++)
            {
                (int round, int seed) = (run / 2, run % 2);
                costs += FormattableString.Invariant(
                    $"{round * 0.0015 * pretraining},{round},{size},{seed}\n"
                );
                for (int i = 0; i <= 10; i++)
                {
                    double rate = i * (0.09 - 0.02 * round) + (i > 0 ? 0.01 * seed : 0);
                    string row = ResultsFolder.Row(
                        rate,
                        i,
                        size,
                        seed,
                        round,
                        pretraining / 1e6,
                        $"{round}{seed},2024-01-01T00:00:00Z"
                    );
                    tuned += round == 0 ? row : "";
                    trained += row;
                }
            }
        }
        return new ResultsFolder()
            .Evaluation(WordLength, tuned)
            .Evaluation(Trained, trained)
            .Training("niki_172_adv_tr_gcg_wl_small.csv", costs);
    }
}

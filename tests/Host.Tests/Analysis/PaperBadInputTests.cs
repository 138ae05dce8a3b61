using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Robustness.Analysis;
using Robustness.Reporting;

namespace Robustness.Tests.Analysis;

/// <summary>What cannot be used is refused in one line that names file and column.</summary>
public sealed class PaperBadInputTests
{
    private const StringComparison Exact = StringComparison.Ordinal;
    private const string File = "ian_109_gcg_pythia_spam.csv";

    private static string Message(ResultsFolder folder)
    {
        string message = Assert.Throws<PaperResultsException>(() => folder.Read())!.Message;
        Assert.That(message, Does.Not.Contain('\n'));
        return message;
    }

    [Test]
    public void AnEmptyFolder()
    {
        using var folder = new ResultsFolder();
        Assert.That(Message(folder), Does.Contain(folder.Path).And.Contain("holds no table"));
    }

    [Test]
    public void AFolderThatIsNotThere() =>
        Assert.That(
            () => PaperResults.Read("/no/such/folder", PaperConvention.Paper),
            Throws.TypeOf<PaperResultsException>().With.Message.Contains("no such folder")
        );

    [Test]
    public void AnEmptyFile()
    {
        using var folder = new ResultsFolder().Evaluation(File, "");
        Assert.That(Message(folder), Is.EqualTo($"{File}: empty, a header line is needed"));
    }

    [Test]
    public void MissingColumns()
    {
        using var folder = new ResultsFolder().Evaluation(
            File,
            ResultsFolder.EvaluationHeader.Replace("seed_idx,", "", StringComparison.Ordinal)
        );
        Assert.That(Message(folder), Is.EqualTo($"{File}: column seed_idx missing"));
    }

    [Test]
    public void ATrainingFileWithoutItsTotal()
    {
        using var folder = new ResultsFolder().Training(
            File,
            ResultsFolder.TrainingHeader.Replace("train_total_flops,", "", StringComparison.Ordinal)
                + "1,100,r\n"
        );
        Assert.That(Message(folder), Is.EqualTo($"{File}: column train_total_flops missing"));
    }

    [TestCase("asr", "many", "a finite number")]
    [TestCase("asr", "NaN", "a finite number")]
    [TestCase("asr", "1.5", "a rate in [0, 1]")]
    [TestCase("iteration", "2.5", "a whole number >= 0")]
    [TestCase("num_params", "", "a whole number >= 1")]
    [TestCase("dataset_n_val", "0", "more than 0")]
    [TestCase("flops_per_iteration", "-1", "0 or more")]
    public void AWrongCell(string column, string found, string allowed)
    {
        string[] columns = ResultsFolder.EvaluationHeader.TrimEnd().Split(',');
        string[] cells = ResultsFolder.Row(0.5, 1, 7629056).TrimEnd().Split(',');
        cells[Array.IndexOf(columns, column)] = found;
        using var folder = new ResultsFolder().Evaluation(
            File,
            ResultsFolder.EvaluationHeader + string.Join(',', cells) + "\n"
        );
        Assert.That(
            Message(folder),
            Is.EqualTo($"{File}: line 2, column {column}: found '{found}', needs {allowed}")
        );
    }

    [Test]
    public void ARowOfAnotherLength()
    {
        using var folder = new ResultsFolder().Evaluation(
            File,
            ResultsFolder.EvaluationHeader + "0.5,1\n"
        );
        Assert.That(Message(folder), Does.StartWith($"{File}: line 2 has 2 cells"));
    }

    [TestCase(0.5)]
    [TestCase(0.98)]
    [TestCase(0.1)]
    public void ATruncatedGzip(double kept)
    {
        string text = ResultsFolder.EvaluationHeader;
        for (int i = 0; i < 500; i++)
        {
            text += ResultsFolder.Row(1.0 / (i + 2), i, 7629056);
        }
        using var folder = new ResultsFolder().Evaluation(File + ".gz", text);
        string path = Path.Combine(folder.Path, "evaluation", File + ".gz");
        byte[] whole = System.IO.File.ReadAllBytes(path);
        System.IO.File.WriteAllBytes(path, whole[..(int)(kept * whole.Length)]);
        Assert.That(Message(folder), Does.StartWith($"{File}.gz: ").And.Contain("gzip"));
    }

    [Test]
    public void TheSameGroupTwice()
    {
        using var folder = new ResultsFolder()
            .Evaluation(File, ResultsFolder.EvaluationHeader)
            .Evaluation(File + ".gz", ResultsFolder.EvaluationHeader);
        Assert.That(Message(folder), Does.Contain("is there already"));
    }

    /// <summary>
    /// One size, one seed, or only rates of 0 and 1: every table and figure is still written,
    /// what cannot be fitted is empty.
    /// </summary>
    [TestCase(1, 2, 0.3)]
    [TestCase(3, 1, 0.3)]
    [TestCase(3, 2, 0.0)]
    [TestCase(3, 2, 1.0)]
    [TestCase(1, 1, 1.0)]
    public void TooLittleForAFitIsStillReported(int sizes, int seeds, double rate)
    {
        string rows = ResultsFolder.EvaluationHeader;
        string costs = ResultsFolder.TrainingHeader;
        long[] all = [7629056, 44672000, 353824768];
        for (int run = 0; run < sizes * seeds * 3; run++)
        {
            (int size, int seed, int round) = (
                run % sizes,
                run / sizes % seeds,
                run / sizes / seeds
            );
            costs += FormattableString.Invariant($"{round}e16,{round},{all[size]},{seed}\n");
            for (int i = 0; i < 4; i++)
            {
                double some = rate is 0 or 1 ? rate : rate * i / (1 + round);
                string id = $"{size}{seed}{round},2024-01-01T00:00:00Z";
                rows += ResultsFolder.Row(i == 0 ? 0 : some, i, all[size], seed, round, run: id);
            }
        }
        using var folder = new ResultsFolder()
            .Evaluation("tom_007_eval_niki_152_gcg.csv", rows)
            .Evaluation(File, rows)
            .Training("niki_152_adv_tr_gcg_imdb_small.csv", costs);
        string page = PaperReport.Write(folder.Path, folder.Path, PaperConvention.Paper);
        Assert.That(System.IO.File.ReadAllText(page), Does.Not.Contain("NaN"));
        foreach (string table in Directory.GetFiles(Path.Combine(folder.Path, "tables")))
        {
            Assert.That(
                System.IO.File.ReadAllText(table),
                Does.Not.Contain("NaN").And.Not.Contain("∞")
            );
        }
        int trends = folder.Table("meta_slopes").Count;
        Assert.That(trends, Is.EqualTo(sizes == 3 && rate is not (0 or 1) ? 5 : 0));
        List<string> notes = [.. new PaperTables(folder.Read()).Notes];
        Assert.That(
            notes.Any(n => n.EndsWith("one size only, so no fit over sizes.", Exact)),
            Is.EqualTo(sizes == 1)
        );
        Assert.That(notes.Any(n => n.EndsWith("so no slope.", Exact)), Is.EqualTo(rate is 0 or 1));
        Assert.That(
            notes.Any(n => n.EndsWith("one seed only, so no interval over seeds.", Exact)),
            Is.EqualTo(seeds == 1)
        );
    }

    [Test]
    public void BothSpellingsOfAColumnAtOnce()
    {
        using var folder = new ResultsFolder().Evaluation(
            File,
            ResultsFolder.EvaluationHeader.TrimEnd() + ",adversarial_eval/pre_attack_accuracy\n"
        );
        Assert.That(
            Message(folder),
            Is.EqualTo($"{File}: column adversarial_eval_pre_attack_accuracy is there twice")
        );
    }

    [Test]
    public void ATrainingTableWithTextForNumbers()
    {
        const string Training = "niki_171_adv_tr_gcg_pm_small.csv";
        using var folder = new ResultsFolder().Training(
            Training,
            ResultsFolder.TrainingHeader + "much,1,7629056,a\n"
        );
        Assert.That(
            Message(folder),
            Is.EqualTo(
                $"{Training}: line 2, column train_total_flops: found 'much', "
                    + "needs a finite number"
            )
        );
    }

    /// <summary>Any text and any finite double come back from a table as they went in.</summary>
    [Test]
    public void TablesReadBackExactly()
    {
        Gen<(string, double)> cells = Gen.Elements("a", "\"", ",", "\n", "é", " ")
            .ArrayOf(5)
            .Select(string.Concat)
            .Zip(ArbMap.Default.GeneratorFor<NormalFloat>().Select(f => f.Get));
        Prop.ForAll(
                cells.ToArbitrary(),
                cell =>
                {
                    var table = new ResultTable("t", ["key", "text", "value"]);
                    table.Add(1, cell.Item1, cell.Item2);
                    CsvTable back = CsvTable.Parse("t.csv", table.ToCsv());
                    return back.Text(0, "text") == cell.Item1
                        && back.Number(0, "value") == cell.Item2
                        && back.Text(0, "key") == 1.ToString(CultureInfo.InvariantCulture);
                }
            )
            .QuickCheckThrowOnFailure();
    }
}

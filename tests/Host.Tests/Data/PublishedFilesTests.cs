using NUnit.Framework;
using Robustness.Data;

namespace Robustness.Tests.Data;

/// <summary>
/// Real files with the traps that real files have: counts of rows kept and dropped.
/// </summary>
public sealed class PublishedFilesTests
{
    [Test]
    public void SmsSpamLosesItsRepeats()
    {
        Dataset data = Load(new() { TrainPath = OptionalData.Require("sms-spam/all.jsonl.gz") });
        Assert.That(data.Report.Splits.Sum(split => split.RowsRead), Is.EqualTo(3716));
        Assert.That(
            data.Report.Splits.SelectMany(split => split.Dropped).Sum(drop => drop.Count),
            Is.EqualTo(200)
        );
        Assert.That(data.Train.Concat(data.Validation).Select(row => row.Text), Is.Unique);
    }

    [Test]
    public void EnronSpamJoinsSubjectAndMessage()
    {
        Dataset data = Load(
            new()
            {
                TrainPath = OptionalData.Require("enron-spam/train.jsonl.gz"),
                ValidationPath = OptionalData.Require("enron-spam/test.jsonl.gz"),
                TextColumns = ["subject", "message"],
            }
        );
        Assert.That((data.Train.Count, data.Validation.Count), Is.EqualTo((5316, 1869)));
        Assert.That(data.Train.Count(row => row.Label == 1), Is.EqualTo(2640));
        Assert.That(data.Train.Any(row => row.Text.Contains('\0', StringComparison.Ordinal)));
    }

    [Test]
    public void ImdbSharesOneTextBetweenItsFiles()
    {
        Dataset data = Load(
            new()
            {
                TrainPath = OptionalData.Require("imdb/train.jsonl.gz"),
                ValidationPath = OptionalData.Require("imdb/test.jsonl.gz"),
            }
        );
        Assert.That((data.Train.Count, data.Validation.Count), Is.EqualTo((4996, 1998)));
    }

    [Test]
    public void CsvHoldsLineBreaksInsideQuotes()
    {
        string path = OptionalData.Require("strongreject/strongreject_dataset.csv");
        IReadOnlyList<FieldRow> rows = TableFile.Read(path, ["forbidden_prompt"]);
        Assert.That(rows, Has.Count.EqualTo(313));
        Assert.That(
            rows.Count(row => row.Fields[0]!.Contains('\n', StringComparison.Ordinal)),
            Is.EqualTo(2)
        );
    }

    private static Dataset Load(TextClassificationSettings text) =>
        TaskCatalog
            .Create(new TaskSettings { Name = TextClassificationTask.CatalogName, Text = text })
            .Load(null);
}

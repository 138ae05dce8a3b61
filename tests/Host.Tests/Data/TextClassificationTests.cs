using System.IO.Compression;
using System.Text;
using NUnit.Framework;
using Parquet;
using Parquet.Schema;
using Robustness.Data;
using Robustness.Tokens;

namespace Robustness.Tests.Data;

/// <summary>
/// A user's texts from every kind of file: what is kept, dropped, split, reported.
/// </summary>
public sealed class TextClassificationTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory().FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void EveryKindOfFileGivesTheSameRows()
    {
        string[] texts = ["plain", "with, comma", "with \"quotes\"\nand a line", "nul \0 é\u2028x"];
        string json = string.Concat(
            texts.Select((text, i) => $"{{\"s\":{Json(text)},\"y\":{i % 2}}}\n")
        );
        string csv =
            "s,y\r\n" + string.Concat(texts.Select((text, i) => $"{Quoted(text)},{i % 2}\r\n"));
        string[] paths =
        [
            Write("rows.jsonl", json),
            WritePacked("rows.jsonl.gz", json),
            Write("rows.csv", csv),
            WritePacked("rows.csv.gz", csv),
            WriteParquet("rows.parquet", texts).GetAwaiter().GetResult(),
        ];
        foreach (string path in paths)
        {
            Dataset data = Load(Settings(path) with { ValidationShare = 0, Shuffle = false });
            Assert.That(data.Train.Select(row => row.Attackable.Text), Is.EqualTo(texts), path);
            Assert.That(
                data.Train.Select(row => row.Label),
                Is.EqualTo(new[] { 0, 1, 0, 1 }),
                path
            );
        }
    }

    [Test]
    public void PromptsHaveOnePerturbableChunk()
    {
        string path = Write("rows.csv", "s,y\nfirst,0\nsecond,1\n");
        Example row = Load(
            Settings(path) with
            {
                Instructions = "Judge.\n\n",
                Shuffle = false,
            }
        ).Train[0];
        Assert.That(row.Text, Is.EqualTo("Judge.\n\nfirst\n\nAnswer:"));
        Assert.That(row.Attackable, Is.EqualTo(new Chunk(ChunkKind.Perturbable, "first")));
    }

    [Test]
    public void ColumnsAreJoinedAndLabelsMapped()
    {
        string path = Write("m.csv", "subject,y,message\nhello,ham,you\n,spam,\nwin,spam,cash\n");
        Dataset data = Load(
            Settings(path) with
            {
                TextColumns = ["subject", "message"],
                LabelValues = ["ham", "spam"],
                ClassNames = [" HAM", " SPAM"],
                ValidationShare = 0,
                Shuffle = false,
            }
        );
        Assert.That(data.ClassNames[1], Is.EqualTo(" SPAM"));
        Assert.That(
            data.Train.Select(row => (row.Attackable.Text, row.Label)),
            Is.EqualTo(new[] { ("hello you", 0), ("win cash", 1) })
        );
        Assert.That(
            data.Report.Splits[0].Dropped,
            Is.EqualTo(new[] { new DroppedRows("empty text", 1) })
        );
    }

    [Test]
    public void RepeatedTextsNeverStandInBothSplits()
    {
        string rows = string.Concat(
            Enumerable.Range(0, 100).Select(i => $"text {i % 40},{i % 2}\n")
        );
        string path = Write("rows.csv", "s,y\n" + rows);
        Dataset data = Load(Settings(path));
        HashSet<string> trained = [.. data.Train.Select(row => row.Text)];
        Assert.That(data.Validation.Any(row => trained.Contains(row.Text)), Is.False);
        Assert.That(data.Train.Count + data.Validation.Count, Is.EqualTo(40));
        Assert.That(
            data.Report.Splits.Sum(split => split.Dropped.Sum(drop => drop.Count)),
            Is.EqualTo(60)
        );
        Assert.That(
            data.Report.Splits[1].ToString(),
            Does.Contain("dropped: text of an earlier row")
        );
        Dataset all = Load(Settings(path) with { DropDuplicates = false });
        Assert.That((all.Train.Count, all.Validation.Count), Is.EqualTo((80, 20)));
    }

    [Test]
    public void ASeparateFileLosesTheTextsThatTrain()
    {
        string train = Write("train.csv", "s,y\na,0\nb,1\n");
        string held = Write("held.csv", "s,y\nb,1\nc,0\nd,1\n");
        Dataset data = Load(Settings(train) with { ValidationPath = held, Shuffle = false });
        Assert.That(data.Train, Has.Count.EqualTo(2));
        Assert.That(
            data.Validation.Select(row => row.Attackable.Text),
            Is.EqualTo(new[] { "c", "d" })
        );
    }

    [Test]
    public void RowsAreShuffledBeforeTheFirstAreTaken()
    {
        string rows = string.Concat(
            Enumerable.Range(0, 10).Select(i => $"{i},{(i < 5 ? 0 : 1)}\n")
        );
        string path = Write("rows.csv", "s,y\n" + rows);
        var settings = new TaskSettings
        {
            Name = TextClassificationTask.CatalogName,
            TrainCount = 4,
            Text = Settings(path) with { ValidationShare = 0 },
        };
        Dataset data = TaskCatalog.Create(settings).Load(null);
        Assert.That(
            data.Train.Select(row => row.Attackable.Text),
            Is.EqualTo(new[] { "4", "6", "2", "7" }),
            "default_rng(0).permutation(10) begins 4, 6, 2, 7"
        );
    }

    [Test]
    public void LongPromptsAreDroppedByTheModelsTokenizer()
    {
        string path = Write("rows.csv", $"s,y\nshort,0\n{new string('a', 90)},1\nshort too,1\n");
        var limit = new LengthLimit(ByteTokenizer.Full, 100);
        Dataset data = TaskCatalog
            .Create(
                new TaskSettings
                {
                    Name = TextClassificationTask.CatalogName,
                    Text = Settings(path) with { ValidationShare = 0 },
                }
            )
            .Load(limit);
        Assert.That(data.Train, Has.Count.EqualTo(2));
        Assert.That(
            data.Report.Splits[0].Dropped,
            Is.EqualTo(new[] { new DroppedRows("longer than 76 tokens", 1) })
        );
    }

    private static Dataset Load(TextClassificationSettings text) =>
        TaskCatalog
            .Create(new TaskSettings { Name = TextClassificationTask.CatalogName, Text = text })
            .Load(null);

    private static TextClassificationSettings Settings(string path) =>
        new()
        {
            TrainPath = path,
            TextColumns = ["s"],
            LabelColumn = "y",
        };

    private static string Json(string text) => System.Text.Json.JsonSerializer.Serialize(text);

    private static string Quoted(string text) =>
        $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private string WritePacked(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        using var stream = new GZipStream(File.Create(path), CompressionLevel.Fastest);
        stream.Write(Encoding.UTF8.GetBytes(text));
        return path;
    }

    private async Task<string> WriteParquet(string name, string[] texts)
    {
        string path = Path.Combine(_folder, name);
        var schema = new ParquetSchema(new DataField<string>("s"), new DataField<long?>("y"));
        long?[] labels = [.. texts.Select((_, i) => (long?)(i % 2))];
        await using FileStream stream = File.Create(path);
        await using ParquetWriter writer = await ParquetWriter.CreateAsync(schema, stream);
        using ParquetRowGroupWriter group = writer.CreateRowGroup();
        await group.WriteAsync(schema.DataFields[0], texts);
        await group.WriteAsync<long>(schema.DataFields[1], labels.AsMemory());
        return path;
    }
}

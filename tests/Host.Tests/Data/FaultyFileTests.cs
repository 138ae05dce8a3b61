using System.IO.Compression;
using System.Text;
using FsCheck;
using NUnit.Framework;
using Robustness.Data;

namespace Robustness.Tests.Data;

/// <summary>
/// Bad files end in one line that names file, place, what was found and what is allowed.
/// </summary>
public sealed class FaultyFileTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory().FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestCase("x.csv", "", ": the file is empty; it must hold at least one row.")]
    [TestCase("x.csv", " \n\n", ": the file is empty; it must hold at least one row.")]
    [TestCase("x.csv", "s,y\n", ": the file is empty; it must hold at least one row.")]
    [TestCase(
        "x.txt",
        "s",
        ": unknown kind of file; allowed: .jsonl, .jsonl.gz, .csv, .csv.gz, .parquet."
    )]
    [TestCase("x.csv", "text,y\na,0\n", ": there is no column \"s\"; the file has: text, y.")]
    [TestCase("x.csv", "s,y,s\na,0,b\n", ": the header names \"s\" twice; names must differ.")]
    [TestCase(
        "x.csv",
        "s,y\na,0\nb,2\n",
        ", line 3: column \"y\" holds \"2\"; allowed are \"0\" and \"1\"."
    )]
    [TestCase(
        "x.csv",
        "s,y\n\"a\nb\",0\nc,2\n",
        ", line 4: column \"y\" holds \"2\"; allowed are \"0\" and \"1\"."
    )]
    [TestCase(
        "x.csv",
        "s,y\na,0\nb,0\n",
        ": column \"y\" holds only \"0\"; both classes must occur."
    )]
    [TestCase(
        "x.csv",
        "s,y\na,0,1\n",
        ", line 2: malformed CSV: 3 fields found; the header has 2."
    )]
    [TestCase(
        "x.csv",
        "s,y\n\"a,0\nb,1\n",
        ", line 2: malformed CSV: a quote opens here and is never closed."
    )]
    [TestCase(
        "x.csv",
        "s,y\n\"a\"b,0\n",
        ", line 2: malformed CSV: \"b\" follows a closing quote; "
            + "allowed are a comma or the line's end."
    )]
    [TestCase("x.jsonl", "{\"s\":\"a\",\"y\":0}\n{\"s\":", ", line 2: malformed JSON: ")]
    [TestCase(
        "x.jsonl",
        "[1]\n",
        ", line 1: a JSON Array found; every line must be a JSON object."
    )]
    [TestCase(
        "x.jsonl",
        "{\"s\":\"a\",\"y\":0}\n{\"s\":\"b\"}\n",
        ", line 2: there is no column \"y\"; the file has: s."
    )]
    [TestCase(
        "x.jsonl",
        "{\"s\":\"a\",\"y\":null}\n",
        ", line 1: column \"y\" holds nothing; allowed are \"0\" and \"1\"."
    )]
    [TestCase(
        "x.jsonl",
        "{\"s\":[],\"y\":0}\n",
        ", line 1: column \"s\" holds a JSON Array; allowed are strings, numbers, true and false."
    )]
    [TestCase(
        "x.jsonl",
        "{\"s\":\"\\ud800\",\"y\":0}\n",
        ", line 1: column \"s\" holds half a surrogate pair; escapes must name whole characters."
    )]
    [TestCase("x.parquet", "no", ": the file is not Parquet, or damaged.")]
    [TestCase("x.parquet", "", ": the file is empty; it must hold at least one row.")]
    [TestCase("x.csv.gz", "no", ": the file is not gzip, or damaged.")]
    public void OneLineTellsTheFault(string name, string content, string message)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, content);
        DataException fault = Fault(path);
        Assert.That(fault.Message, Does.StartWith(path + message));
        Assert.That(fault.Message, Does.Not.Contain('\n'));
    }

    [Test]
    public void MissingFilesAndFoldersAreTold()
    {
        string path = Path.Combine(_folder, "absent.csv");
        Assert.That(Fault(path).Message, Is.EqualTo($"{path}: there is no such file."));
        string folder = Directory.CreateDirectory(Path.Combine(_folder, "x.csv")).FullName;
        Assert.That(
            Fault(folder).Message,
            Is.EqualTo($"{folder}: this is a folder; a file is needed.")
        );
    }

    [Test]
    public void BytesThatAreNotUtf8AreFound()
    {
        string path = Path.Combine(_folder, "x.csv");
        File.WriteAllBytes(path, [.. "s,y\na,0\nb"u8, 0xFF, .. ",1\n"u8]);
        Assert.That(
            Fault(path).Message,
            Is.EqualTo($"{path}, line 3: byte 0xFF found; the file must be UTF-8.")
        );
    }

    [Test]
    public void GzipCutAnywhereIsFound()
    {
        byte[] packed = Pack(
            "s,y\n" + string.Concat(Enumerable.Repeat("some text,1\nmore,0\n", 50))
        );
        string path = Path.Combine(_folder, "x.csv.gz");
        for (int length = 1; length < packed.Length; length++)
        {
            File.WriteAllBytes(path, packed[..length]);
            Assert.That(Fault(path).Message, Does.StartWith($"{path}: the "), $"{length} bytes");
        }
        byte[] twice = [.. packed, .. Pack("again,0\n")];
        File.WriteAllBytes(path, twice);
        Assert.That(
            TableFile.Read(path, ["s"]),
            Has.Count.EqualTo(101),
            "two members are one file"
        );
    }

    /// <summary>Any text in any field comes back from CSV.</summary>
    [FsCheck.NUnit.Property]
    public bool QuotedFieldsHoldAnything(string[] fields)
    {
        string[] texts = [.. fields.Select(Clean)];
        string csv =
            "a,b\n"
            + string.Concat(
                texts.Select(text =>
                    $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\",x\n"
                )
            );
        return CsvTable
            .Parse("memory", csv, ["a"])
            .Select(row => row.Fields[0])
            .SequenceEqual(texts);
    }

    [TestCase(0.0, "labels", "validation share")]
    public void SettingsThatCannotBeMeantAreRefused(double share, string label, string field)
    {
        var text = new TextClassificationSettings
        {
            TrainPath = "x.csv",
            ValidationShare = share + 1,
            LabelColumn = label,
        };
        Assert.That(
            () => TaskCatalog.Create(Task(text)),
            Throws.TypeOf<DataException>().With.Message.Contains(field)
        );
        Assert.That(
            () => TaskCatalog.Create(Task(text with { ValidationShare = 0, LabelValues = ["a"] })),
            Throws.TypeOf<DataException>().With.Message.Contains("label values: found \"a\"")
        );
    }

    private static string Clean(string? text) => text ?? "";

    private static byte[] Pack(string text)
    {
        using var packed = new MemoryStream();
        using (var stream = new GZipStream(packed, CompressionLevel.Optimal))
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
        }
        return packed.ToArray();
    }

    private static TaskSettings Task(TextClassificationSettings text) =>
        new() { Name = TextClassificationTask.CatalogName, Text = text };

    private static DataException Fault(string path)
    {
        var text = new TextClassificationSettings
        {
            TrainPath = path,
            TextColumns = ["s"],
            LabelColumn = "y",
        };
        return Assert.Throws<DataException>(() => TaskCatalog.Create(Task(text)).Load(null))!;
    }
}

using System.Text;
using NUnit.Framework;
using Robustness.Cli;

namespace Robustness.Tests.Study;

/// <summary>Faults of a text file: one line, exit 2, and nothing is written.</summary>
[TestFixture]
public sealed class StudyDataFaultTests
{
    private const string Sound = """
        {"text": "come home now", "label": "0"}
        {"text": "win a prize today", "label": "1"}
        """;

    [TestCase("", "the file is empty; it must hold at least one row.")]
    [TestCase(
        """{"text": "a", "label": "2"}""",
        "line 1: column \"label\" holds \"2\"; allowed are"
    )]
    [TestCase("""{"text": "a", "label": "1"}""", "column \"label\" holds only \"1\"; both classes")]
    [TestCase("""{"body": "a", "label": "1"}""", "\"text\"")]
    [TestCase("""{"text": "a" """, "line 1: ")]
    public void AFaultOfTheFileIsToldWithItsPlace(string rows, string fault)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.Of("rows.jsonl"), rows);

        var (code, error) = Run(folder, "train: rows.jsonl");

        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.StartWith($"error: {folder.Of("rows.jsonl")}").And.Contain(fault));
        Assert.That(Directory.Exists(folder.Of("out")), Is.False);
    }

    [TestCase("", "the file is empty")]
    [TestCase("too short", "9 tokens found; one window takes 65.")]
    public void APretrainingTextThatTeachesNothingIsRefusedBeforeWork(string text, string fault)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.Of("rows.jsonl"), Sound);
        File.WriteAllText(folder.Of("book.txt"), text);

        var (code, error) = Run(folder, "train: rows.jsonl", "pretraining: { text: book.txt }");

        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.StartWith($"error: {folder.Of("book.txt")}: {fault}"));
        Assert.That(Directory.Exists(folder.Of("out")), Is.False);
    }

    [Test]
    public void AFileThatIsNotUtf8IsRefused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(
            folder.Of("rows.jsonl"),
            [.. Encoding.UTF8.GetBytes("{\"text\": \""), 0xE9, (byte)'"', (byte)'}']
        );

        var (code, error) = Run(folder, "train: rows.jsonl");

        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.Contain("UTF-8"));
    }

    [TestCase("label: mail", "tasks[0].train: found nothing; allowed: the path of a file")]
    [TestCase("train: nowhere.csv", "tasks[0].train: found {0}, which is no file; allowed: the")]
    [TestCase(
        "train: rows.jsonl, label_values: [a]",
        "tasks[0].label_values: found 1 texts; allowed: two, class 0 first"
    )]
    [TestCase(
        "train: rows.jsonl, text_colums: [a]",
        "tasks[0].text_colums: found an unknown setting; allowed: "
    )]
    public void AFaultOfTheSettingsIsToldWithItsLine(string settings, string fault)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.Of("rows.jsonl"), Sound);

        var (code, error) = Run(folder, settings);

        string told = fault.Replace("{0}", folder.Of("nowhere.csv"), StringComparison.Ordinal);
        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.StartWith($"error: {folder.Of("mail.yaml")}:4: {told}"));
    }

    [Test]
    public void MoreRowsThanThereAreIsToldWithTheCount()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.Of("rows.jsonl"), Sound);

        var (code, error) = Run(folder, "train: rows.jsonl, validation_share: 0.5");

        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.Contain("validation rows: 200 asked for; allowed are 0 to 1"));
    }

    private static (int Code, string Error) Run(
        TemporaryFolder folder,
        string settings,
        string further = "seeds: [0]"
    )
    {
        File.WriteAllText(
            folder.Of("mail.yaml"),
            $$"""
            name: mail
            sizes: [{ width: 16, layers: 1 }]
            tasks:
              - { name: text-classification, {{settings}} }
            attacks: [{ name: random_token }]
            {{further}}
            """
        );
        using var output = new StringWriter();
        using var errors = new StringWriter { NewLine = "\n" };
        int code = CommandLine.Run(
            ["study", "run", folder.Of("mail.yaml"), "--out", folder.Of("out")],
            new Terminal(output, errors, default)
        );
        Assert.That(errors.ToString().TrimEnd().Split('\n'), Has.Length.EqualTo(1));
        return (code, errors.ToString().TrimEnd());
    }
}

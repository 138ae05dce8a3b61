using System.Text.Json.Nodes;
using NUnit.Framework;
using Robustness.Cli;

namespace Robustness.Tests.Cli;

/// <summary>Exit codes, one line per fault, results on standard output.</summary>
[TestFixture]
public sealed class CommandLineTests
{
    [TestCase("report x --target-asr few", "error: --target-asr: found few; allowed: a number")]
    [TestCase("study rum quick", "error: rum: robustness study has no such verb; it has run")]
    [TestCase("study run quick --shard 3/2", "error: --shard: found 3/2; allowed: i/n with i from")]
    [TestCase("study rum", "error: rum: robustness study has no such verb; it has run")]
    [TestCase("study plan qick", "error: qick: no such file, and no built-in study of that name")]
    [TestCase("study run quick --threads 0", "error: --threads: found 0; allowed: a whole number")]
    [TestCase("study run quick --seed -1 --out x", "error: --seed: found -1; allowed: a whole")]
    [TestCase("study status /nowhere", "error: /nowhere: no study.json here; this is not a study.")]
    [TestCase("model inspect /nowhere", "error: /nowhere: there is no such folder.")]
    [TestCase("report x --target-asr 0", "error: --target-asr: found 0; allowed: a number")]
    [TestCase("report x --target-asr 1", "error: --target-asr: found 1; allowed: a number")]
    [TestCase("report x --target-asr -2", "error: --target-asr: found -2; allowed: a number")]
    [TestCase("report --paper x --target-asr 0.1", "error: report: --target-asr needs a study's")]
    [TestCase("report", "error: report: name a study's folder or --paper with a folder")]
    public void BadInputEndsWith2AndOneLine(string arguments, string line)
    {
        var (code, output, errors) = Run(arguments.Split(' '));

        Assert.That(code, Is.EqualTo(2));
        Assert.That(output, Is.Empty);
        Assert.That(errors, Does.StartWith(line));
        Assert.That(errors.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
    }

    [Test]
    public void AFolderThatCannotBeWrittenIsFoundBeforeWork()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.Of("file"), "");

        var (code, _, errors) = Run("study", "run", "quick", "--out", folder.Of("file/study"));

        Assert.That(code, Is.EqualTo(2));
        Assert.That(errors, Does.Contain("the results cannot be written"));
    }

    [Test]
    public void VerboseShowsWhereAnErrorCameFrom()
    {
        var (_, _, errors) = Run("study", "plan", "qick", "--verbose");

        Assert.That(errors, Does.Contain("at Robustness.Study.StudyFile.Read"));
    }

    [Test]
    public void HelpListsTheVerbsWithExamples()
    {
        var (code, output, _) = Run("study", "run", "--help");

        Assert.That(code, Is.Zero);
        Assert.That(output, Does.Contain("robustness study run quick"));
    }

    [Test]
    public void AStudyRunsResumesAndIsRefusedUnderOtherSettings()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Of("tiny.yaml");
        string store = folder.Of("store");
        File.WriteAllText(file, TinyStudy.Text);

        var first = Run("study", "run", file, "--out", store, "--threads", "1");
        string table = File.ReadAllText(Path.Combine(store, "tables", "evaluations.csv"));
        Assert.That(first.Code, Is.Zero, first.Errors);
        Assert.That(File.Exists(Path.Combine(store, "report.html")), Is.True);

        File.Delete(Path.Combine(store, "tables", "evaluations.csv"));
        Assert.That(Run("report", store).Code, Is.Zero);
        Assert.That(
            File.ReadAllText(Path.Combine(store, "tables", "evaluations.csv")),
            Is.EqualTo(table)
        );

        var status = JsonNode.Parse(Run("study", "status", store, "--json").Output)!;
        Assert.That((int)status["done"]!, Is.EqualTo(status["stages"]!.AsArray().Count));

        File.WriteAllText(file, TinyStudy.Text.Replace("steps: 4", "steps: 5", Ordinal));
        var other = Run("study", "run", file, "--out", store);
        Assert.That(other.Code, Is.EqualTo(2));
        Assert.That(other.Errors, Does.Contain("fine_tuning[0].step_count is 4 there and 5 here."));
    }

    [Test]
    public void WorkersThreadsAndCachesChangeNoTable()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Of("tiny.yaml");
        File.WriteAllText(file, TinyStudy.Text);
        string[] cut = ["--threads", "2", "--workers", "1", "--no-prefix-cache"];

        Run(["study", "run", file, "--out", folder.Of("a"), "--threads", "2"]);
        Run(["study", "run", file, "--out", folder.Of("b"), .. cut, "--no-position-reuse"]);

        Assert.That(
            TinyStudy.WithoutExecuted(folder.Of("b")),
            Is.EqualTo(TinyStudy.WithoutExecuted(folder.Of("a")))
        );
    }

    private const StringComparison Ordinal = StringComparison.Ordinal;

    private static (int Code, string Output, string Errors) Run(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var errors = new StringWriter { NewLine = "\n" };
        int code = CommandLine.Run(arguments, new Terminal(output, errors, default));
        return (code, output.ToString(), errors.ToString());
    }
}

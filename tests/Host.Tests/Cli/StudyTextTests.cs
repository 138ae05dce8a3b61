using NUnit.Framework;

namespace Robustness.Tests.Cli;

/// <summary>A text task that the command line adds to a study.</summary>
[TestFixture]
public sealed class StudyTextTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder()
    {
        _folder = new TemporaryFolder();
        File.WriteAllText(_folder.Of("tiny.yaml"), TinyStudy.Text);
        var lines = Enumerable
            .Range(0, 240)
            .Select(i => $$"""{"body":"note {{i}} is {{Word(i)}}","kind":"{{i % 2}}"}""");
        File.WriteAllLines(_folder.Of("rows.jsonl"), lines);
    }

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public void TheTaskIsTrainedAndAttackedBesideTheStudysOwn()
    {
        string store = _folder.Of("store");
        var run = CommandRun.Of([
            "study",
            "run",
            _folder.Of("tiny.yaml"),
            "--out",
            store,
            "--data",
            Rows,
            .. Columns,
        ]);
        Assert.That(run.Code, Is.Zero, run.Errors);
        string[][] table =
        [
            .. File.ReadLines(Path.Combine(store, "tables", "evaluations.csv"))
                .Select(l => l.Split(',')),
        ];
        int task = Array.IndexOf(table[0], "task");
        Assert.That(
            table.Skip(1).Select(r => r[task]).Distinct(),
            Is.EquivalentTo((string[])["word-length", "text-classification"])
        );
    }

    [Test]
    public void AdversarialTrainingOfAllTasksTakesItIn()
    {
        string study = _folder.Of("both.yaml");
        File.WriteAllText(
            study,
            TinyStudy.Text.Replace("tasks:\n", "tasks:\n" + Second, StringComparison.Ordinal)
                + "\nadversarial_training:\n"
                + "  - { preset: quick, rounds: 2, attack: { name: gcg, tokens: 4 } }\n"
                + "  - { preset: quick, rounds: 2, tasks: [word-length], name: one }\n"
        );
        var run = CommandRun.Of(["study", "plan", study, "--json", "--data", Rows, .. Columns]);
        Assert.That(run.Code, Is.Zero, run.Errors);
        var arms = run.Json["stages"]!
            .AsArray()
            .Where(s => (string?)s!["stage"] == "adversarial-training")
            .Select(s => $"{s!["labels"]!["task"]} {s["labels"]!["trained_attack"]}")
            .Distinct();
        string[] expected =
        [
            "word-length gcg",
            "password-match gcg",
            "text-classification gcg",
            "word-length one",
        ];
        Assert.That(arms, Is.EquivalentTo(expected));
    }

    [Test]
    public void WhatNamesNoFileOrATaskTwiceIsAFault()
    {
        var run = CommandRun.Of(["study", "plan", _folder.Of("tiny.yaml"), .. Columns]);
        Assert.That(run.Code, Is.EqualTo(2));
        Assert.That(
            run.Errors,
            Does.Contain("--text: is for a text task; name its file with --data too.")
                .And.Contain("--label: is for a text task; name its file with --data too.")
        );

        string text = TinyStudy.Text.Replace(
            "tasks:\n",
            "tasks:\n  - { name: text-classification, train: rows.jsonl, "
                + "text_columns: [body], label_column: kind }\n",
            StringComparison.Ordinal
        );
        File.WriteAllText(_folder.Of("text.yaml"), text);
        run = CommandRun.Of(["study", "run", _folder.Of("text.yaml"), "--data", Rows, .. Columns]);
        Assert.That(run.Code, Is.EqualTo(2));
        Assert.That(
            run.Errors,
            Does.Contain("--data: tiny has a task named text-classification already.")
        );
    }

    private const string Second =
        "  - { name: password-match, instructions: short, rows_per_split: 600 }\n";

    private static string Word(int row) => row % 2 == 0 ? "good" : "bad";

    private string Rows => _folder.Of("rows.jsonl");

    private static string[] Columns => ["--text", "body", "--label", "kind"];
}

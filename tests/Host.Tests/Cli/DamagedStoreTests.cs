using System.Text.Json.Nodes;
using NUnit.Framework;
using Robustness.Cli;
using Robustness.Results;

namespace Robustness.Tests.Cli;

/// <summary>Stores that were damaged, or written by another version, met by the commands.</summary>
[TestFixture]
public sealed class DamagedStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Study => _folder.Of("tiny.yaml");

    private string Store => _folder.Of("store");

    [SetUp]
    public void RunTheStudy()
    {
        File.WriteAllText(Study, TinyStudy.Text);
        Assert.That(Run("study", "run", Study, "--out", Store).Code, Is.Zero);
    }

    [TestCase(StageNames.FineTuning, "model/model.safetensors")]
    [TestCase(StageNames.Evaluation, "traces.parquet")]
    [TestCase(StageNames.Pretraining, "record.json")]
    public void WhatIsTruncatedIsDoneAgainAndSaid(string stage, string file)
    {
        string table = new StoreSight(Store).Table;
        string path = Path.Combine(RunOf(stage), file);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..9]);

        var report = Run("report", Store);
        Assert.That(report.Code, Is.Zero);
        Assert.That(report.Errors, Does.Contain("1 runs are left out, the first of them: "));

        var again = Run("study", "run", Study, "--out", Store);
        Assert.That(again.Code, Is.Zero);
        Assert.That(again.Errors, Does.Contain("the run is done again.").And.Contain(file));
        Assert.That(again.Errors, Does.Contain("8 stages, 7 done before"));
        Assert.That(new StoreSight(Store).Table, Is.EqualTo(table));
    }

    [Test]
    public void EvaluationsOfAnOlderFormatAreLeftOutAndDoneAgain()
    {
        string table = new StoreSight(Store).Table;
        foreach (string record in Records().Where(r => StageOf(r) == StageNames.Evaluation))
        {
            Rewrite(record, 1);
        }

        var report = Run("report", Store);
        Assert.That(report.Code, Is.Zero);
        Assert.That(report.Errors, Does.Contain("4 runs are left out").And.Contain("format 1"));
        Assert.That(report.Errors, Does.Contain("no evaluation is done yet"));

        var again = Run("study", "run", Study, "--out", Store);
        Assert.That(again.Code, Is.Zero);
        Assert.That(again.Errors, Does.Contain("8 stages, 4 done before"));
        Assert.That(new StoreSight(Store).Table, Is.EqualTo(table));
    }

    [Test]
    public void AStoreOfANewerVersionIsRefused()
    {
        string study = Path.Combine(Store, "study.json");
        var node = JsonNode.Parse(File.ReadAllText(study))!;
        node["format"] = 99;
        File.WriteAllText(study, node.ToJsonString());
        string[][] commands =
        [
            ["study", "run", Study, "--out", Store],
            ["study", "status", Store],
            ["report", Store],
        ];
        foreach (string[] command in commands)
        {
            var (code, errors) = Run(command);

            Assert.That(code, Is.EqualTo(2));
            Assert.That(errors, Does.StartWith($"error: {study}: written in format 99; this"));
        }
    }

    [TearDown]
    public void RemoveTheStore() => Directory.Delete(Store, recursive: true);

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    private List<string> Records() =>
        [
            .. Directory
                .EnumerateFiles(
                    Path.Combine(Store, "runs"),
                    "record.json",
                    SearchOption.AllDirectories
                )
                .Order(StringComparer.Ordinal),
        ];

    private string RunOf(string stage) =>
        Path.GetDirectoryName(Records().First(r => StageOf(r) == stage))!;

    private static string StageOf(string record) =>
        (string)JsonNode.Parse(File.ReadAllText(record))!["stage"]!;

    private static void Rewrite(string path, int format)
    {
        var node = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        node["format"] = format;
        node.Remove("hash");
        node["hash"] = CanonicalJson.Hash(node);
        File.WriteAllText(path, node.ToJsonString());
    }

    private static (int Code, string Errors) Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter { NewLine = "\n" };
        int code = CommandLine.Run(arguments, new Terminal(output, errors, default));
        return (code, errors.ToString());
    }
}

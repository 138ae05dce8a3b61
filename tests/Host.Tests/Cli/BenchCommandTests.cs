using System.Text.Json.Nodes;
using NUnit.Framework;
using Robustness.Cli;

namespace Robustness.Tests.Cli;

/// <summary>The bench verbs on tiny sizes: report, table, comparison, bad input.</summary>
[TestFixture]
public sealed class BenchCommandTests
{
    private const string Gemm = "bench gemm --sizes 8x32x16,5x3x7 --threads 1";

    private const string Train = "bench train --sizes 40x16x8,40x32x8 --batch 2,3 --steps 5";

    private const string Attack =
        "bench attack --sizes 32 --layers 2 --prompt 20,30 --tokens 4 --candidates 12 --batch 2 "
        + "--iterations 5 --threads 2";

    private const string Generate =
        "bench generate --sizes 32,16 --layers 2 --prompt 8 --tokens 6 --batch 2";

    [TestCase(Gemm, "gemm", "packed_gflops")]
    [TestCase(Train, "train", "tokens_per_second")]
    [TestCase(Attack, "attack", "candidates_per_second")]
    [TestCase(Generate, "generate", "tokens_per_second")]
    public void ReportsHoldMachinePeakAndAResultForEachSize(string verb, string name, string rate)
    {
        var (code, output, errors) = Run(verb + " --json");

        Assert.That(code, Is.Zero, errors);
        var report = JsonNode.Parse(output)!.AsObject();
        string[] fields =
        [
            "bench",
            "machine",
            "backend",
            "threads",
            "peak_gflops",
            "results",
            "summary",
        ];
        Assert.That(report.Select(field => field.Key), Is.EqualTo(fields));
        Assert.That((string?)report["bench"], Is.EqualTo(name));
        Assert.That((double)report["peak_gflops"]!, Is.Positive);
        Assert.That((long)report["summary"]!["peak_memory_bytes"]!, Is.GreaterThan(1 << 20));
        Assert.That(report["results"]!.AsArray(), Has.Count.EqualTo(2));
        foreach (var result in report["results"]!.AsArray())
        {
            Assert.That((double)result![rate]!, Is.Positive);
            Assert.That((double)result["share_of_peak"]!, Is.Positive.And.LessThan(1.2));
            Assert.That(result["operations"], Is.Null);
        }
        Assert.That(errors, Does.Contain("multiply-add peak"));
    }

    [TestCase(Train, "AdamW", "Gemm TN")]
    [TestCase(Attack, "GemmPacked", "TokenGradientTopK")]
    public void OperationsSayWhereTheTimeWent(string verb, string one, string another)
    {
        var (_, output, errors) = Run(verb + " --json --operations");

        var operations = JsonNode.Parse(output)!["results"]![0]!["operations"]!.AsArray();
        var names = operations.Select(o => (string)o!["name"]!).ToList();
        Assert.That(names, Does.Contain(one).And.Contain(another).And.Unique);
        Assert.That(
            operations.Select(o => (double)o!["milliseconds"]!),
            Is.Ordered.Descending.And.All.Positive
        );
        Assert.That(errors, Does.Contain(one));
    }

    [Test]
    public void CompareRelatesEverySizeToTheOldReport()
    {
        using var folder = new TemporaryFolder();
        string old = folder.Of("old.json");
        var report = JsonNode.Parse(Run(Gemm + " --json").Output)!;
        report["results"]!.AsArray().RemoveAt(1);
        report["results"]![0]!["packed_gflops"] = 1e-3;
        File.WriteAllText(old, report.ToJsonString());

        var (code, output, errors) = Run($"{Gemm} --compare {old}");

        Assert.That(code, Is.Zero);
        Assert.That(output, Is.Empty);
        string table = errors[errors.IndexOf("against the old report", Ordinal)..];
        Assert.That(table.TrimEnd().Split('\n'), Has.Length.EqualTo(4));
        Assert.That(table, Does.Contain("new / old").And.Contain("geometric mean"));
    }

    [Test]
    public void AnAttackWithoutItsCachesScoresTheSameCandidatesWithMoreWork()
    {
        var reused = First(Run(Attack + " --json").Output);
        var plain = First(Run(Attack + " --no-prefix-cache --no-position-reuse --json").Output);

        Assert.That((bool)plain["prefix_cache"]!, Is.False);
        Assert.That(
            (double)plain["linear_flops_per_iteration"]!,
            Is.GreaterThan(1.5 * (double)reused["linear_flops_per_iteration"]!)
        );
    }

    [TestCase("bench gemm --sizes 32x", "error: --sizes: found '32x'; allowed: MxNxK with whole")]
    [TestCase("bench gemm --sizes 1x2", "error: --sizes: found '1x2'; allowed: MxNxK")]
    [TestCase("bench train --batch 1,2,3", "error: --batch: found '1,2,3'; allowed: one number")]
    [TestCase("bench attack --prompt 13", "error: --prompt: found 13; allowed: more than the 10")]
    [TestCase("bench attack --candidates 999", "error: --candidates: found 999; allowed: at most")]
    [TestCase("bench gemm --compare /nowhere", "error: --compare /nowhere: there is no such file.")]
    [TestCase("bench train --steps 0", "error: --steps: found 0; allowed: a whole number from 1")]
    public void BadInputEndsWith2AndOneLine(string arguments, string line)
    {
        var (code, output, errors) = Run(arguments);

        Assert.That(code, Is.EqualTo(2));
        Assert.That(output, Is.Empty);
        Assert.That(errors, Does.StartWith(line));
        Assert.That(errors.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
    }

    [TestCase("not JSON")]
    [TestCase("{\"bench\": \"train\", \"results\": []}")]
    public void AnOldReportOfAnotherKindIsRefused(string text)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.Of("old.json"), text);

        var (code, _, errors) = Run($"{Gemm} --compare {folder.Of("old.json")}");

        Assert.That(code, Is.EqualTo(2));
        Assert.That(errors, Does.Contain("allowed: what bench gemm --json wrote."));
    }

    private const StringComparison Ordinal = StringComparison.Ordinal;

    private static JsonNode First(string report) => JsonNode.Parse(report)!["results"]![0]!;

    private static (int Code, string Output, string Errors) Run(string arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        int code = CommandLine.Run(
            arguments.Split(' '),
            new Terminal(output, errors, CancellationToken.None)
        );
        return (code, output.ToString(), errors.ToString());
    }
}

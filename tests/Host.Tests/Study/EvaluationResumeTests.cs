using NUnit.Framework;
using Robustness.Backends.Cpu;
using Robustness.Compute;
using Robustness.Results;
using Robustness.Study;

namespace Robustness.Tests.Study;

/// <summary>
/// An evaluation that is interrupted among its examples goes on behind the saved ones.
/// </summary>
[TestFixture]
public sealed class EvaluationResumeTests
{
    private const string Text = """
        name: tiny
        model: { context: 128, rotary_base: 100, initialization: fan_in }
        sizes: [{ width: 16, layers: 1, heads: 1 }]
        pretraining: { steps: 4, batch: 4, window: 64 }
        tasks: [{ name: word-length, instructions: short, rows_per_split: 400 }]
        fine_tuning: { steps: 4, batch: 4, optimizer: adamw, learning_rate: 1e-3 }
        evaluation: { rows: 60, attacked_rows: 20 }
        attacks:
          - { name: random_token, tokens: 4, iterations: 20 }
          - { name: gcg, tokens: 4, iterations: 3, candidates: 8, top_k: 8 }
        """;

    [TestCase("random_token", "row 24/60")]
    [TestCase("random_token", "example 8/20")]
    [TestCase("gcg", "example 8/20")]
    public void AnInterruptedEvaluationEndsTheSame(string attack, string moment)
    {
        using var folder = new TemporaryFolder();
        var plan = StudyPlan.Create(StudyFile.Parse("tiny.yaml", Text, ""));
        var stage = plan.Stages.Single(s => s.Labels.Attack == attack);
        var quiet = Trained(folder.Of("quiet"), plan);
        var broken = Trained(folder.Of("broken"), plan);
        var expected = Run(quiet, stage, _ => { }, CancellationToken.None);

        using var source = new CancellationTokenSource();
        Assert.That(
            () => Run(broken, stage, p => CancelAt(p, moment, source), source.Token),
            Throws.InstanceOf<OperationCanceledException>()
        );
        Assert.That(broken.IsBegun(stage.Key), Is.True);
        var details = new List<string>();
        var record = Run(broken, stage, p => details.Add(p.Detail), CancellationToken.None);

        string kind = moment.Split(' ')[0];
        Assert.That(
            details.First(d => d.StartsWith(kind, StringComparison.Ordinal)),
            Does.StartWith(moment),
            "what was saved is not done again"
        );
        Assert.That(
            CanonicalJson.Write(record.Outcome),
            Is.EqualTo(CanonicalJson.Write(expected.Outcome))
        );
        Assert.That(record.Files, Is.EqualTo(expected.Files));
        Assert.That(broken.IsBegun(stage.Key), Is.False);
    }

    private static void CancelAt(StageProgress p, string moment, CancellationTokenSource source)
    {
        if (p.Detail.StartsWith(moment, StringComparison.Ordinal))
        {
            source.Cancel();
        }
    }

    private static ResultStore Trained(string folder, StudyPlan plan)
    {
        var store = ResultStore.OpenOrCreate(folder, plan.Describe());
        foreach (var stage in plan.Stages.Where(s => s is not EvaluationStage))
        {
            Run(store, stage, _ => { }, CancellationToken.None);
        }
        return store;
    }

    private static RunRecord Run(
        ResultStore store,
        Stage stage,
        Action<StageProgress> progress,
        CancellationToken cancellation
    )
    {
        using var backend = new CpuBackend(1, VectorWidth.Chosen());
        var runner = new StageRunner(store, new AttackCaches(), "0", TimeProvider.System);
        return runner.Run(backend, stage, progress, cancellation);
    }
}

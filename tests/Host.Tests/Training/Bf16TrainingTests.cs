using NUnit.Framework;
using Robustness.Compute;
using Robustness.Models;
using Robustness.Numerics;
using Robustness.Tests.Models;

namespace Robustness.Tests.Training;

/// <summary>Training of a bf16 model: f32 weights that outlast an interruption.</summary>
[TestFixture]
public sealed class Bf16TrainingTests
{
    private const int Steps = 12;

    [Test]
    public void StoppedAndGoneOnWithTheWeightsHaveTheSameBits()
    {
        using var folder = new TemporaryFolder();
        using var backend = TinyModel.Backend();
        using var whole = TrainingFixture.Train(backend, Steps, precision: Precision.Bf16);
        using var source = new CancellationTokenSource();
        Assert.That(
            () =>
                TrainingFixture.Train(
                    backend,
                    Steps,
                    p =>
                    {
                        if (p.Step == 5)
                        {
                            source.Cancel();
                        }
                    },
                    Precision.Bf16,
                    folder.Path,
                    source.Token
                ),
            Throws.InstanceOf<OperationCanceledException>()
        );
        string state = Directory.GetFiles(folder.Path, "*.safetensors").Single();
        Assert.That(
            Safetensors.Read(state).Values.Select(t => t.Type),
            Is.All.EqualTo(DataType.Float32)
        );
        using var resumed = TrainingFixture.Train(
            backend,
            Steps,
            precision: Precision.Bf16,
            stateFolder: folder.Path
        );

        foreach (var (ours, theirs) in resumed.Weights.All.Zip(whole.Weights.All))
        {
            Assert.That(resumed.Export(ours), Is.EqualTo(whole.Export(theirs)), ours.Name);
        }
    }

    [Test]
    public void WeightsAreUpdatedInF32AndOtherThanThoseOfAnF32Model()
    {
        using var backend = TinyModel.Backend();
        using var narrow = TrainingFixture.Train(backend, Steps, precision: Precision.Bf16);
        using var wide = TrainingFixture.Train(backend, Steps);
        float[] weights = narrow.Export(narrow.Weights.All[0]);

        Assert.That(
            weights.Count(w => BFloat16.FromSingle(w).ToSingle() != w),
            Is.GreaterThan(weights.Length / 2)
        );
        Assert.That(weights, Is.Not.EqualTo(wide.Export(wide.Weights.All[0])));
    }
}

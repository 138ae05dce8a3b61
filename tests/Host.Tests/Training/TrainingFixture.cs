using Robustness.Compute;
using Robustness.Models;
using Robustness.Tests.Models;
using Robustness.Training;

namespace Robustness.Tests.Training;

/// <summary>Pretraining of a tiny model on windows without a pattern.</summary>
internal static class TrainingFixture
{
    /// <summary>Two chunks of 256 rows and a part of a third.</summary>
    public static PretrainingSettings Settings(int steps) =>
        new()
        {
            StepCount = steps,
            BatchSize = 9,
            WindowLength = 64,
        };

    /// <summary>Trains from fixed weights; the caller disposes the model.</summary>
    public static ModelParameters Train(
        IBackend backend,
        int steps,
        Action<TrainingProgress>? progress = null,
        Precision precision = Precision.F32,
        string? stateFolder = null,
        CancellationToken cancellation = default
    )
    {
        var model = TinyModel.Create(backend, TinyModel.Config with { Precision = precision });
        var context = new TrainingContext(
            0,
            "",
            stateFolder,
            progress,
            TimeProvider.System,
            cancellation
        );
        Pretraining.Run(backend, model, Settings(steps), Fill, [], context);
        return model;
    }

    private static void Fill(int step, int row, Span<int> ids, Span<float> weights)
    {
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = ((step * 13) + (row * 7) + (i * i)) % TinyModel.Config.VocabularySize;
        }
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = 1 + (i % 3);
        }
    }
}

using Robustness.Models;

namespace Robustness.Cli.Bench;

/// <summary>The models and texts that benchmarks run on: only their sizes matter.</summary>
internal static class BenchModels
{
    private const int HeadSize = 32;

    /// <summary>Heads of 32, or one head where they do not divide the width.</summary>
    public static ModelConfig Config(int vocabulary, int width, int layers, int context) =>
        new ModelConfig
        {
            VocabularySize = vocabulary,
            Width = width,
            LayerCount = layers,
            HeadCount = width % HeadSize == 0 ? width / HeadSize : 1,
            ContextLength = context,
            Initialization = Initialization.FanIn,
        }.Validated();

    /// <summary>Ids without a pattern, all of the same weight.</summary>
    public static void Window(int vocabulary, int row, Span<int> ids, Span<float> weights)
    {
        const uint Multiplier = 2654435761; // 2³² over the golden ratio
        for (int i = 0; i < ids.Length; i++)
        {
            uint mixed = unchecked((((uint)row * 8191) + (uint)i + 1) * Multiplier);
            ids[i] = (int)((mixed >> 8) % (uint)vocabulary);
        }
        weights.Fill(1f);
    }
}

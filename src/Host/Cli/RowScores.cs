using Robustness.Attacks;
using Robustness.Compute;
using Robustness.Data;
using Robustness.Models;

namespace Robustness.Cli;

/// <summary>A classifier's answers on rows, clean and with one random insertion.</summary>
/// <param name="Clean">[rows][classes] logits.</param>
/// <param name="RandomInsertion">[rows][classes] logits.</param>
/// <param name="MeanPromptTokens">Of the clean prompts.</param>
internal sealed record RowScores(
    IReadOnlyList<float[]> Clean,
    IReadOnlyList<float[]> RandomInsertion,
    double MeanPromptTokens
)
{
    // Rows between two looks at the cancellation.
    private const int Together = 256;

    /// <summary>Scores the rows, some at a time.</summary>
    public static RowScores Of(
        IBackend backend,
        ModelParameters model,
        ModelFolder folder,
        IReadOnlyList<Example> rows,
        AttackSettings settings,
        string scope,
        CancellationToken cancellation
    )
    {
        var clean = new List<float[]>(rows.Count);
        var random = new List<float[]>(rows.Count);
        double tokens = 0;
        foreach (var some in rows.Chunk(Together))
        {
            cancellation.ThrowIfCancellationRequested();
            var result = Evaluation.Run(
                backend,
                model,
                folder.Tokenizer,
                some,
                settings with
                {
                    Kind = AttackKind.Identity,
                },
                scope,
                null,
                cancellation
            );
            clean.AddRange(result.CleanLogits);
            random.AddRange(result.RandomInsertionLogits);
            tokens += result.MeanPromptTokens * some.Length;
        }
        return new RowScores(clean, random, tokens / Math.Max(1, rows.Count));
    }
}

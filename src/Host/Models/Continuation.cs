namespace Robustness.Models;

/// <summary>A prompt to be continued.</summary>
/// <param name="RowId">
/// Names its random stream: its place in its own list, never in a batch.
/// </param>
/// <param name="Ids">At least one token.</param>
public sealed record GenerationPrompt(long RowId, int[] Ids);

/// <summary>Why a continuation ended.</summary>
public enum FinishReason
{
    /// <summary>It has as many tokens as were asked for.</summary>
    Length,

    /// <summary>The stop token came.</summary>
    Stop,

    /// <summary>The model's context is full.</summary>
    Context,
}

/// <summary>What a model wrote after a prompt.</summary>
/// <param name="RowId">Of the prompt.</param>
/// <param name="Ids">New tokens, the stop token included.</param>
/// <param name="LogProbabilities">ln p of each, or empty when not asked for.</param>
/// <param name="Finish">Why it ended.</param>
public sealed record Continuation(
    long RowId,
    int[] Ids,
    double[] LogProbabilities,
    FinishReason Finish
);

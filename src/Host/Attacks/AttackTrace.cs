namespace Robustness.Attacks;

/// <summary>FLOPs under the four rules (conventions: paper, published, executed, linear).</summary>
public readonly record struct FlopCounts(long Paper, long Published, long Executed, long Linear)
{
    /// <summary>Component-wise sum.</summary>
    public static FlopCounts operator +(FlopCounts a, FlopCounts b) => a.Plus(b);

    /// <summary>Component-wise sum.</summary>
    public FlopCounts Plus(FlopCounts other) =>
        new(
            Paper + other.Paper,
            Published + other.Published,
            Executed + other.Executed,
            Linear + other.Linear
        );
}

/// <summary>One iteration of one attacked example: the string that was recorded.</summary>
/// <param name="Iteration">From 1.</param>
/// <param name="AttackIds">[A], or empty for the clean text.</param>
/// <param name="AttackText">The decoded attack.</param>
/// <param name="Loss">The attacker's loss, in double from the logits.</param>
/// <param name="Logits">[classes].</param>
/// <param name="Success">The prediction differs from the true label.</param>
/// <param name="CandidatesScored">R, survivors that were scored.</param>
/// <param name="Flops">Of this iteration.</param>
public sealed record AttackIteration(
    int Iteration,
    IReadOnlyList<int> AttackIds,
    string AttackText,
    double Loss,
    IReadOnlyList<float> Logits,
    bool Success,
    int CandidatesScored,
    FlopCounts Flops
);

/// <summary>The whole attack on one example.</summary>
/// <param name="RowId">The example's row id.</param>
/// <param name="Label">True class.</param>
/// <param name="CleanText">The prompt without the attack.</param>
/// <param name="Before">Text before the attack.</param>
/// <param name="After">Text after the attack.</param>
/// <param name="CleanLogits">[classes] of the clean prompt.</param>
/// <param name="InitialAttackIds">The string the search began with, or empty.</param>
/// <param name="Iterations">In order; skipped iterations repeat the entry before.</param>
/// <param name="SetupFlops">Cache building and the like, outside the iterations.</param>
public sealed record AttackTrace(
    long RowId,
    int Label,
    string CleanText,
    string Before,
    string After,
    IReadOnlyList<float> CleanLogits,
    IReadOnlyList<int> InitialAttackIds,
    IReadOnlyList<AttackIteration> Iterations,
    FlopCounts SetupFlops
)
{
    /// <summary>
    /// Token index at which the attack begins; its character index is the length before.
    /// </summary>
    public int SpanStart { get; init; }
}

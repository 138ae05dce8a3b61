using Robustness.Tokens;

namespace Robustness.Attacks;

/// <summary>How far an attack is.</summary>
/// <param name="ExamplesDone">Examples whose search has ended.</param>
/// <param name="ExampleCount">Examples in all.</param>
/// <param name="Successes">Of the ended ones, broken at the end.</param>
public readonly record struct AttackProgress(int ExamplesDone, int ExampleCount, int Successes);

/// <summary>
/// An attack on a batch of examples; what happens to one does not depend on the others.
/// </summary>
public interface IAttack
{
    /// <summary>Attacks every prompt.</summary>
    /// <param name="victim">The classifier.</param>
    /// <param name="tokenizer">The classifier's tokenizer.</param>
    /// <param name="prompts">Examples cut at their insertion positions.</param>
    /// <param name="cleanLogits">[classes] of each clean prompt.</param>
    /// <param name="cancellation">Stops between launches.</param>
    /// <returns>One trace per prompt, in order.</returns>
    IReadOnlyList<AttackTrace> Run(
        Victim victim,
        ITokenizer tokenizer,
        IReadOnlyList<AttackPrompt> prompts,
        IReadOnlyList<float[]> cleanLogits,
        CancellationToken cancellation
    );
}

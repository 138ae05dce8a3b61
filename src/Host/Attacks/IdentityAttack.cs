using Robustness.Tokens;

namespace Robustness.Attacks;

/// <summary>Leaves the text alone (3.7): the floor of every comparison.</summary>
public sealed class IdentityAttack(AttackSettings settings) : IAttack
{
    /// <inheritdoc/>
    public IReadOnlyList<AttackTrace> Run(
        Victim victim,
        ITokenizer tokenizer,
        IReadOnlyList<AttackPrompt> prompts,
        IReadOnlyList<float[]> cleanLogits,
        CancellationToken cancellation
    )
    {
        ArgumentNullException.ThrowIfNull(prompts);
        ArgumentNullException.ThrowIfNull(cleanLogits);
        var traces = new List<AttackTrace>(prompts.Count);
        for (int i = 0; i < prompts.Count; i++)
        {
            var example = prompts[i].Example;
            float[] logits = cleanLogits[i];
            int target = Objective.Target(example.Label);
            var entries = Enumerable
                .Range(1, settings.IterationCount)
                .Select(iteration => new AttackIteration(
                    iteration,
                    [],
                    "",
                    Objective.Loss(logits, target),
                    logits,
                    Objective.Predict(logits) != example.Label,
                    0,
                    default
                ));
            traces.Add(
                new AttackTrace(
                    example.RowId,
                    example.Label,
                    example.Text,
                    prompts[i].Before,
                    prompts[i].After,
                    logits,
                    [],
                    [.. entries],
                    default
                )
                {
                    SpanStart = prompts[i].SpanStart,
                }
            );
        }
        return traces;
    }
}

using Robustness.Models;

namespace Robustness.Attacks;

/// <summary>One random insertion and its place in the prompt.</summary>
internal readonly record struct Drawn(int Iteration, int[] Ids, string Text, int PromptLength)
{
    /// <summary>Prompt tokens that were taken from the cache.</summary>
    public int CachedLength { get; init; }
}

/// <summary>
/// RandomToken on one example: its history so far, and the winner once there is one.
/// </summary>
internal sealed class RandomSearch(
    AttackPrompt prompt,
    float[] cleanLogits,
    AttackSettings settings
)
{
    private readonly List<AttackIteration> _entries = new(settings.IterationCount);
    private AttackIteration? _winner;

    public AttackPrompt Prompt => prompt;

    public bool IsBroken => _winner is not null;

    /// <summary>
    /// An iteration that was scored: new history until the winner, then the winner.
    /// </summary>
    public void Record(Drawn drawn, ReadOnlySpan<float> logits, Victim victim)
    {
        var cost = victim.ScoringCost(drawn.PromptLength - drawn.CachedLength, drawn.CachedLength);
        long paper = PaperFlops(victim.Config, drawn.PromptLength);
        var flops = new FlopCounts(paper, paper, cost.Executed, cost.Linear);
        if (_winner is not null)
        {
            Repeat(drawn.Iteration, 1, flops);
            return;
        }
        int label = prompt.Example.Label;
        bool success = Objective.Predict(logits) != label;
        var entry = new AttackIteration(
            drawn.Iteration,
            drawn.Ids,
            drawn.Text,
            Objective.Loss(logits, Objective.Target(label)),
            logits.ToArray(),
            success,
            1,
            flops
        );
        _entries.Add(entry);
        _winner = success ? entry : null;
    }

    /// <summary>
    /// An iteration after the example broke: charged by the paper's rule, not scored.
    /// </summary>
    public void Skip(Drawn drawn, ModelConfig config)
    {
        long paper = PaperFlops(config, drawn.PromptLength);
        Repeat(drawn.Iteration, 0, new FlopCounts(paper, paper, 0, 0));
    }

    public AttackTrace Trace(TransformerCost? setup)
    {
        var example = prompt.Example;
        return new AttackTrace(
            example.RowId,
            example.Label,
            example.Text,
            prompt.Before,
            prompt.After,
            cleanLogits,
            [],
            _entries,
            new FlopCounts(0, 0, setup?.Executed ?? 0, setup?.Linear ?? 0)
        )
        {
            SpanStart = prompt.SpanStart,
        };
    }

    private void Repeat(int iteration, int scored, FlopCounts flops) =>
        _entries.Add(
            _winner! with
            {
                Iteration = iteration,
                CandidatesScored = scored,
                Flops = flops,
            }
        );

    private static long PaperFlops(ModelConfig config, int promptLength) =>
        2 * config.ClassifierParameterCount * promptLength;
}

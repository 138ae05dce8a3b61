using Robustness.Attacks;
using Robustness.Data;
using Robustness.Models;
using Robustness.Tokens;

namespace Robustness.Training;

/// <summary>One attacked example with what the attack cost.</summary>
/// <param name="Entry">As it goes to the pool.</param>
/// <param name="Flops">All iterations and the setup; scoring of the clean row excluded.</param>
internal sealed record FreshExample(PoolEntry Entry, FlopCounts Flops);

/// <summary>
/// Makes a round's adversarial examples: every row is attacked, right before or not, and its final
/// text is kept, successful or not. The control arm inserts random tokens instead.
/// </summary>
internal sealed class ExampleGeneration(
    Tokenizer tokenizer,
    AdversarialTrainingSettings settings,
    AdversarialContext context
)
{
    /// <summary>Examples that are attacked together, and saved together.</summary>
    public const int GroupSize = 32;

    public List<FreshExample> Run(Victim victim, IReadOnlyList<Example> rows, int round)
    {
        List<AttackPrompt> prompts =
        [
            .. rows.Select(r => new AttackPrompt(r, settings.Attack.Position, tokenizer)),
        ];
        var clean = Evaluation.Score(victim, prompts.Select(p => p.CleanIds));
        return settings.Control
            ? InsertRandomText(victim, prompts, clean, round)
            : Attack(victim, prompts, clean, round);
    }

    private List<FreshExample> Attack(
        Victim victim,
        List<AttackPrompt> prompts,
        List<float[]> clean,
        int round
    )
    {
        var attack = Evaluation.Create(
            settings.Attack with
            {
                IterationCount = settings.IterationsOf(round),
            },
            context.AttackScope(round)
        );
        var traces = attack.Run(victim, tokenizer, prompts, clean, context.Cancellation);
        return
        [
            .. traces.Select(
                (trace, i) =>
                {
                    var flops = trace.Iterations.Aggregate(trace.SetupFlops, (s, n) => s + n.Flops);
                    var last = trace.Iterations[^1];
                    return Fresh(prompts[i], clean[i], last.AttackText, last.Success, flops, round);
                }
            ),
        ];
    }

    private List<FreshExample> InsertRandomText(
        Victim victim,
        List<AttackPrompt> prompts,
        List<float[]> clean,
        int round
    )
    {
        var control = new ControlText(context, settings.Attack.TokenCount, tokenizer);
        string[] texts = [.. prompts.Select(p => control.Draw(round, p.Example.RowId))];
        int[][] ids = [.. prompts.Select((p, i) => p.Encode(texts[i]))];
        var logits = Evaluation.Score(victim, ids);
        var fresh = new List<FreshExample>(prompts.Count);
        for (int i = 0; i < prompts.Count; i++)
        {
            long paper = 2 * victim.Config.ClassifierParameterCount * ids[i].Length;
            var cost = victim.ScoringCost(ids[i].Length, 0);
            bool success = Objective.Predict(logits[i]) != prompts[i].Example.Label;
            var flops = new FlopCounts(paper, paper, cost.Executed, cost.Linear);
            fresh.Add(Fresh(prompts[i], clean[i], texts[i], success, flops, round));
        }
        return fresh;
    }

    private static FreshExample Fresh(
        AttackPrompt prompt,
        float[] clean,
        string attackText,
        bool success,
        FlopCounts flops,
        int round
    )
    {
        var example = prompt.Example;
        var entry = new PoolEntry
        {
            Round = round,
            Row = example.RowId,
            CleanText = example.Text,
            AttackedText = prompt.Before + attackText + prompt.After,
            Label = example.Label,
            TokenIndex = prompt.SpanStart,
            RightBefore = Objective.Predict(clean) == example.Label,
            Success = success,
        };
        return new FreshExample(entry, flops);
    }
}

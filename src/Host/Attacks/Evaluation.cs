using Robustness.Compute;
using Robustness.Data;
using Robustness.Models;
using Robustness.Tokens;

namespace Robustness.Attacks;

/// <summary>
/// A victim's answers on clean rows, on rows with one random insertion, and under attack.
/// </summary>
/// <param name="Labels">[rows].</param>
/// <param name="CleanLogits">[rows][classes].</param>
/// <param name="RandomInsertionLogits">[rows][classes]: RandomToken's first draw inserted.</param>
/// <param name="Traces">The attack on every row that was right before it, in row order.</param>
/// <param name="MeanPromptTokens">Mean tokens of the clean prompts.</param>
public sealed record EvaluationResult(
    IReadOnlyList<int> Labels,
    IReadOnlyList<float[]> CleanLogits,
    IReadOnlyList<float[]> RandomInsertionLogits,
    IReadOnlyList<AttackTrace> Traces,
    double MeanPromptTokens
);

/// <summary>The evaluation procedure (6.1).</summary>
public static class Evaluation
{
    /// <summary>Scores all rows, attacks those that were right.</summary>
    public static EvaluationResult Run(
        IBackend backend,
        ModelParameters model,
        ITokenizer tokenizer,
        IReadOnlyList<Example> rows,
        AttackSettings settings,
        string scope,
        Action<AttackProgress>? progress,
        CancellationToken cancellation
    )
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(rows);
        using var victim = new Victim(backend, model, settings.LaunchRows);
        List<AttackPrompt> prompts =
        [
            .. rows.Select(row => new AttackPrompt(row, settings.Position, tokenizer)),
        ];
        var clean = Score(victim, prompts.Select(p => p.CleanIds));
        var random = ScoreRandomInsertions(victim, tokenizer, prompts, settings, scope);

        var right = Enumerable
            .Range(0, rows.Count)
            .Where(i => Objective.Predict(clean[i]) == rows[i].Label)
            .ToList();
        var attack = Create(settings, scope);
        var traces = attack.Run(
            victim,
            tokenizer,
            [.. right.Select(i => prompts[i])],
            [.. right.Select(i => clean[i])],
            cancellation
        );
        int broken = traces.Count(t => t.Iterations[^1].Success);
        progress?.Invoke(new AttackProgress(traces.Count, traces.Count, broken));
        return new EvaluationResult(
            [.. rows.Select(r => r.Label)],
            clean,
            random,
            traces,
            prompts.Count == 0 ? 0 : prompts.Average(p => (double)p.CleanIds.Length)
        );
    }

    /// <summary>The attack that the settings name.</summary>
    public static IAttack Create(AttackSettings settings, string scope)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings.Kind switch
        {
            AttackKind.Identity => new IdentityAttack(settings),
            AttackKind.RandomToken => new RandomTokenAttack(settings, scope),
            _ => new GcgAttack(settings, scope),
        };
    }

    private static List<float[]> ScoreRandomInsertions(
        Victim victim,
        ITokenizer tokenizer,
        IReadOnlyList<AttackPrompt> prompts,
        AttackSettings settings,
        string scope
    )
    {
        var random = new RandomTokenAttack(settings, scope);
        return Score(
            victim,
            prompts.Select(p =>
                p.Encode(tokenizer.Decode(random.Draw(1, p.Example.RowId, tokenizer)))
            )
        );
    }

    /// <summary>[sequences][classes] logits of whole prompts.</summary>
    internal static List<float[]> Score(Victim victim, IEnumerable<int[]> sequences)
    {
        victim.Begin();
        foreach (int[] ids in sequences)
        {
            victim.Add(ids);
        }
        victim.Flush();
        int classes = victim.Config.ClassCount;
        var scores = new List<float[]>();
        for (int i = 0; i < victim.Logits.Length; i += classes)
        {
            scores.Add(victim.Logits.Slice(i, classes).ToArray());
        }
        return scores;
    }
}

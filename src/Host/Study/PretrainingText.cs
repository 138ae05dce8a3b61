using Robustness.Data;
using Robustness.Tokens;
using Robustness.Training;

namespace Robustness.Study;

/// <summary>The text that a pretraining stage learns from: generated, or a file's.</summary>
internal static class PretrainingText
{
    public static IPretrainingText Create(
        PretrainingConfig config,
        PretrainingSettings settings,
        Tokenizer tokenizer,
        long seed,
        string scope
    )
    {
        if (config.TextPath is { } path)
        {
            return new FileText(
                path,
                tokenizer,
                FileText.KeyFor(seed, scope),
                settings.WindowLength,
                settings.BatchSize
            );
        }
        var grammar = new PretrainingGrammar(
            WordList.Generate(seed),
            new GrammarSettings
            {
                CopyPhaseShare = config.CopyShare,
                MarkWeight = (float)config.MarkWeight,
            }
        );
        return new GrammarText(
            grammar,
            tokenizer,
            GrammarText.KeyFor(seed, scope),
            settings.WindowLength,
            settings.BatchSize,
            settings.StepCount
        );
    }
}

using Robustness.Data;
using Robustness.Tokens;
using Robustness.Training;

namespace Robustness.Study;

/// <summary>The text that a pretraining stage learns from: generated, or a file's.</summary>
internal static class PretrainingText
{
    public static IPretrainingText Create(
        PretrainingStage stage,
        PretrainingSettings settings,
        Tokenizer tokenizer
    )
    {
        string scope = stage.Key.Hex;
        if (stage.Config.TextPath is { } path)
        {
            return new FileText(
                path,
                tokenizer,
                FileText.KeyFor(stage.Seed, scope),
                settings.WindowLength,
                settings.BatchSize
            );
        }
        var grammar = new PretrainingGrammar(
            WordList.Generate(stage.Seed),
            new GrammarSettings
            {
                CopyPhaseShare = stage.Config.CopyShare,
                MarkWeight = (float)stage.Config.MarkWeight,
            }
        );
        return new GrammarText(
            grammar,
            tokenizer,
            GrammarText.KeyFor(stage.Seed, scope),
            settings.WindowLength,
            settings.BatchSize,
            settings.StepCount
        );
    }
}

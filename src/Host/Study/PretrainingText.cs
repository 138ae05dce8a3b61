using Robustness.Data;
using Robustness.Tokens;
using Robustness.Training;

namespace Robustness.Study;

/// <summary>The text that a pretraining stage learns from: generated, or a file's.</summary>
/// <param name="Windows">What the steps see.</param>
/// <param name="Probes">Lines that test what a generated text teaches; none for a file.</param>
internal sealed record PretrainingText(IPretrainingText Windows, IReadOnlyList<ProbeSet> Probes)
{
    private const int ProbeLines = 400;

    /// <summary>
    /// Refuses a file that no model can learn from; a generated text is always good.
    /// </summary>
    /// <exception cref="DataException">Unreadable, or shorter than one window.</exception>
    public static void Check(PretrainingConfig config, int windowLength, Tokenizer tokenizer)
    {
        if (config.TextPath is { } path)
        {
            _ = new FileText(path, tokenizer, FileText.KeyFor(0, ""), windowLength, 1);
        }
    }

    public static PretrainingText Create(
        PretrainingConfig config,
        PretrainingSettings settings,
        Tokenizer tokenizer,
        long seed,
        string scope
    )
    {
        if (config.TextPath is { } path)
        {
            var file = new FileText(
                path,
                tokenizer,
                FileText.KeyFor(seed, scope),
                settings.WindowLength,
                settings.BatchSize
            );
            return new PretrainingText(file, []);
        }
        var grammar = new PretrainingGrammar(WordList.Generate(config.WordSeed), config.Grammar);
        var text = new GrammarText(
            grammar,
            tokenizer,
            GrammarText.KeyFor(seed, scope),
            settings.WindowLength,
            settings.BatchSize,
            settings.StepCount
        );
        return new PretrainingText(
            text,
            PretrainingProbe.Create(grammar, tokenizer, seed, ProbeLines, settings.WindowLength)
        );
    }
}

using System.Globalization;
using System.Text;
using Robustness.Data;
using Robustness.Numerics;
using Robustness.Results;
using Robustness.Tokens;

namespace Robustness.Study;

/// <summary>
/// The tokenizers of a study, each made once. Byte pairs are learned from the text that
/// pretraining reads: from the first characters of its file, or from the grammar's text of
/// seed 0 (stream <c>tokenizer/text</c>), so all seeds of a study share one tokenizer.
/// </summary>
internal sealed class StudyTokenizers
{
    private const int WindowLength = 1024;
    private const int WindowCount = 512;
    private const int LongestSample = 4_000_000;

    private readonly Dictionary<TokenizerSource, Tokenizer> _trained = [];

    /// <summary>The tokenizer of models of these settings.</summary>
    /// <exception cref="InputFaultException">The text has too few pairs.</exception>
    public Tokenizer For(TokenizerConfig config, PretrainingConfig pretraining)
    {
        if (config.Kind != TokenizerKind.Bpe)
        {
            return config.Kind == TokenizerKind.Ascii ? ByteTokenizer.Ascii : ByteTokenizer.Full;
        }
        var source = new TokenizerSource(
            config.VocabularySize,
            pretraining.Grammar,
            pretraining.WordSeed,
            pretraining.TextPath
        );
        if (!_trained.TryGetValue(source, out var tokenizer))
        {
            tokenizer = _trained[source] = Train(config.VocabularySize, pretraining);
        }
        return tokenizer;
    }

    private static BytePairTokenizer Train(int vocabularySize, PretrainingConfig pretraining)
    {
        string text = pretraining.TextPath is { } path ? FileSample(path) : Grammar(pretraining);
        var tokenizer = BpeTrainer.Train(text, vocabularySize);
        return tokenizer.VocabularySize == vocabularySize
            ? tokenizer
            : throw new InputFaultException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"model.vocabulary: found {vocabularySize}; the pretraining text gives only "
                        + $"{tokenizer.VocabularySize} tokens; allowed: at most that many."
                )
            );
    }

    private static string FileSample(string path)
    {
        string text = TextFile.Read(path);
        return text[..Math.Min(text.Length, LongestSample)];
    }

    private static string Grammar(PretrainingConfig pretraining)
    {
        var grammar = new PretrainingGrammar(
            WordList.Generate(pretraining.WordSeed),
            pretraining.Grammar
        );
        var windows = new GrammarText(
            grammar,
            ByteTokenizer.Ascii,
            StreamKey.Create(0, "tokenizer/text", ""),
            WindowLength,
            1,
            WindowCount
        );
        var text = new StringBuilder(WindowLength * WindowCount);
        int[] ids = new int[WindowLength + 1];
        float[] weights = new float[WindowLength];
        for (int window = 0; window < WindowCount; window++)
        {
            windows.Fill(window, 0, ids, weights);
            text.Append(ByteTokenizer.Ascii.Decode(ids)).Append(Tokenizer.EndOfText);
        }
        return text.ToString();
    }

    private sealed record TokenizerSource(
        int VocabularySize,
        GrammarSettings Grammar,
        long WordSeed,
        string? Path
    );
}

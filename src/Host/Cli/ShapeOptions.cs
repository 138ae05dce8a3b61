using System.CommandLine;
using Robustness.Models;
using Robustness.Study;
using Robustness.Tokens;

namespace Robustness.Cli;

/// <summary>
/// Options of a fresh model's shape, under the names and defaults of the study file.
/// </summary>
internal sealed class ShapeOptions
{
    private readonly Option<TokenizerKind?> _tokenizer = CheckedOption.Choice(
        "--tokenizer",
        "ascii, bytes, or bpe: byte pairs learned from the text (ascii).",
        [("ascii", TokenizerKind.Ascii), ("bytes", TokenizerKind.Bytes), ("bpe", TokenizerKind.Bpe)]
    );

    private readonly Option<int?> _vocabulary = CheckedOption.Whole(
        "--vocabulary",
        "Ids of a bpe tokenizer (512).",
        BpeTrainer.SmallestVocabulary,
        1 << 20
    );

    private readonly Option<int?> _width = CheckedOption.Whole("--width", "Width (16).", 1, 65536);
    private readonly Option<int?> _layers = CheckedOption.Whole("--layers", "Layers (2).", 1, 1024);
    private readonly Option<int?> _heads = CheckedOption.Whole("--heads", "Heads (1).", 1, 1024);

    private readonly Option<int?> _feedForward = CheckedOption.Whole(
        "--feed-forward",
        "Feed-forward width (four times the width).",
        1
    );

    private readonly Option<double?> _rotaryShare = CheckedOption.Real(
        "--rotary-share",
        "Share of each head that turns with position (0.25).",
        0,
        1,
        above: true
    );

    private readonly Option<double?> _rotaryBase = CheckedOption.Real(
        "--rotary-base",
        "Base of the rotary angles (10000).",
        1,
        above: true
    );

    private readonly Option<int?> _context = CheckedOption.Whole(
        "--context",
        "Longest sequence in tokens (2048).",
        32
    );

    private readonly Option<Initialization?> _initialization = CheckedOption.Choice(
        "--initialization",
        "published or fan_in (published).",
        [("published", Initialization.Published), ("fan_in", Initialization.FanIn)]
    );

    private readonly Option<Precision?> _precision = CheckedOption.Choice(
        "--precision",
        "f32, or bf16: weights and operands of products are rounded, sums are not (f32).",
        Precisions.Names
    );

    /// <summary>All of them.</summary>
    public IEnumerable<Option> All =>
        [
            _tokenizer,
            _vocabulary,
            _width,
            _layers,
            _heads,
            _feedForward,
            _rotaryShare,
            _rotaryBase,
            _context,
            _initialization,
            _precision,
        ];

    /// <summary>The shape and its tokenizer; notes what does not fit together.</summary>
    public SizeConfig Read(ParseResult parsed, List<string> faults)
    {
        var kind = parsed.Sound(_tokenizer) ?? TokenizerKind.Ascii;
        if (kind != TokenizerKind.Bpe && parsed.GetResult(_vocabulary) is not null)
        {
            faults.Add("--vocabulary: is for --tokenizer bpe; the others have their own.");
        }
        var tokenizer = TokenizerConfig.Of(kind, parsed.Sound(_vocabulary) ?? 512);
        var shape = new ModelConfig
        {
            VocabularySize = tokenizer.VocabularySize,
            Width = parsed.Sound(_width) ?? 16,
            LayerCount = parsed.Sound(_layers) ?? 2,
            HeadCount = parsed.Sound(_heads) ?? 1,
            FeedForwardWidth = parsed.Sound(_feedForward) ?? 0,
            RotaryShare = parsed.Sound(_rotaryShare) ?? 0.25,
            RotaryBase = parsed.Sound(_rotaryBase) ?? 10000,
            ContextLength = parsed.Sound(_context) ?? 2048,
            Initialization = parsed.Sound(_initialization) ?? Initialization.Published,
            Precision = parsed.Sound(_precision) ?? Precision.F32,
        };
        faults.AddRange(shape.Faults().Select(f => "--" + f));
        return new SizeConfig("", shape, null) { Tokenizer = tokenizer };
    }
}

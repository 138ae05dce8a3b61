using System.CommandLine;
using Robustness.Models;
using Robustness.Tokens;

namespace Robustness.Cli;

/// <summary>Options of <c>generate</c> that say how tokens are chosen.</summary>
internal sealed class GenerationOptions
{
    private readonly Option<int?> _newTokens = CheckedOption.Whole(
        "--new-tokens",
        "New tokens of each prompt at most (32).",
        1
    );

    private readonly Option<double?> _temperature = CheckedOption.Real(
        "--temperature",
        "What logits are divided by before sampling; 0 takes the most probable token (0).",
        0
    );

    private readonly Option<int?> _topK = CheckedOption.Whole(
        "--top-k",
        "Sample among the k most probable tokens only (all).",
        1
    );

    private readonly Option<double?> _topP = CheckedOption.Real(
        "--top-p",
        "Sample among the most probable tokens that reach this probability only (1).",
        0,
        1,
        above: true
    );

    private readonly Option<long?> _seed = CheckedOption.Long("--seed", "Seed of the samples (0).");

    private readonly Option<bool> _ignoreEnd = new("--ignore-end")
    {
        Description = "Go on after the token that ends a document.",
    };

    private readonly Option<int?> _batch = CheckedOption.Whole(
        "--batch",
        "Prompts that go together (64). Changes no result.",
        1
    );

    private readonly Option<bool> _noCache = new("--no-cache")
    {
        Description = "Compute every token's whole text anew. Same results.",
    };

    /// <summary>All of them.</summary>
    public IEnumerable<Option> All =>
        [_newTokens, _temperature, _topK, _topP, _seed, _ignoreEnd, _batch, _noCache];

    /// <summary>The settings.</summary>
    public GenerationSettings Read(ParseResult parsed, Tokenizer? tokenizer)
    {
        var standard = new GenerationSettings();
        return new GenerationSettings
        {
            NewTokenCount = parsed.Sound(_newTokens) ?? standard.NewTokenCount,
            Temperature = parsed.Sound(_temperature) ?? standard.Temperature,
            TopK = parsed.Sound(_topK) ?? standard.TopK,
            TopP = parsed.Sound(_topP) ?? standard.TopP,
            Seed = parsed.Sound(_seed) ?? standard.Seed,
            StopId = parsed.Sound(_ignoreEnd) ? null : tokenizer?.EndOfTextId,
            LogProbabilities = true,
            Cache = !parsed.Sound(_noCache),
            BatchSize = parsed.Sound(_batch) ?? standard.BatchSize,
        };
    }

    /// <summary>What does not fit together, under the names of the options.</summary>
    public static IEnumerable<string> Faults(GenerationSettings settings) =>
        settings.Temperature == 0 && (settings.TopK > 0 || settings.TopP < 1)
            ?
            [
                "--temperature: found 0 (greedy) with --top-k or --top-p, which choose among "
                    + "samples; allowed with them: above 0.",
            ]
            : [];
}

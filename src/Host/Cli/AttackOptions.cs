using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Robustness.Attacks;
using Robustness.Study;

namespace Robustness.Cli;

/// <summary>Every setting of an attack, under the names and defaults of the study file.</summary>
internal sealed class AttackOptions
{
    private const int LargestDefaultTopK = 256;

    private readonly Option<AttackKind?> _attack = CheckedOption.Choice(
        "--attack",
        $"One of {string.Join(", ", AttackNames.All.Select(a => a.Name))} (gcg).",
        AttackNames.All
    );

    private readonly Option<InsertionPosition?> _position = Position();
    private readonly Option<int?> _tokens = Tokens();

    private readonly Option<int?> _iterations = CheckedOption.Whole(
        "--iterations",
        "Iterations (10).",
        1
    );

    private readonly Option<int?> _candidates = CheckedOption.Whole(
        "--candidates",
        "Candidates of an iteration (128; GCG).",
        1
    );

    private readonly Option<int?> _topK = CheckedOption.Whole(
        "--top-k",
        "Token ids considered at a position (half the vocabulary, 256 at most; GCG).",
        1
    );

    private readonly Option<long?> _seed = CheckedOption.Long(
        "--seed",
        "Seed of the attack's random streams (0)."
    );

    private readonly Option<bool> _noPrefixCache = CommonOptions.NoPrefixCache();
    private readonly Option<bool> _noPositionReuse = CommonOptions.NoPositionReuse();

    /// <summary>All of them.</summary>
    public IEnumerable<Option> All =>
        [
            _attack,
            _position,
            _tokens,
            _iterations,
            _candidates,
            _topK,
            _seed,
            _noPrefixCache,
            _noPositionReuse,
        ];

    /// <summary>Where attack tokens go.</summary>
    public static Option<InsertionPosition?> Position() =>
        CheckedOption.Choice(
            "--position",
            $"One of {string.Join(", ", AttackNames.Positions.Select(p => p.Name))} (suffix).",
            AttackNames.Positions
        );

    /// <summary>How many.</summary>
    public static Option<int?> Tokens() =>
        CheckedOption.Whole("--tokens", "Attack tokens (10).", 1);

    /// <summary>The settings.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="vocabularySize">V of the model, for the default of top-k.</param>
    public AttackSettings Read(ParseResult parsed, int vocabularySize)
    {
        var standard = new AttackSettings();
        int topK =
            parsed.Sound(_topK) ?? Math.Max(1, Math.Min(LargestDefaultTopK, vocabularySize / 2));
        return new AttackSettings
        {
            Kind = parsed.Sound(_attack) ?? AttackKind.Gcg,
            Position = parsed.Sound(_position) ?? standard.Position,
            TokenCount = parsed.Sound(_tokens) ?? standard.TokenCount,
            IterationCount = parsed.Sound(_iterations) ?? standard.IterationCount,
            CandidateCount = parsed.Sound(_candidates) ?? standard.CandidateCount,
            TopK = topK,
            Seed = parsed.Sound(_seed) ?? standard.Seed,
            PrefixCache = !parsed.Sound(_noPrefixCache),
            PositionReuse = !parsed.Sound(_noPositionReuse),
        };
    }

    /// <summary>What does not fit together, or does not fit the model.</summary>
    public static IEnumerable<string> Faults(AttackSettings settings, int vocabularySize)
    {
        if (settings.Kind != AttackKind.Gcg)
        {
            yield break;
        }
        if (settings.TopK > vocabularySize)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"--top-k: found {settings.TopK}; allowed: up to the model's {vocabularySize} ids."
            );
        }
        long pairs = (long)settings.TokenCount * Math.Min(settings.TopK, vocabularySize);
        if (settings.CandidateCount > pairs)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"--candidates: found {settings.CandidateCount}; {settings.TokenCount} tokens x "
                    + $"top-k {Math.Min(settings.TopK, vocabularySize)} give only {pairs} distinct "
                    + $"swaps; allowed: at most {pairs}."
            );
        }
    }
}

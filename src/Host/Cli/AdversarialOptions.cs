using System.CommandLine;
using System.Globalization;
using Robustness.Attacks;
using Robustness.Results;
using Robustness.Study;
using Robustness.Training;

namespace Robustness.Cli;

/// <summary>
/// Options of <c>train --adversarial</c>, under the names of the study file; the settings of its
/// attack that other options have the names of begin with <c>--attack-</c>.
/// </summary>
internal sealed class AdversarialOptions
{
    private const string PresetNames = "paper-pythia, paper-qwen, quick";

    private readonly Option<AdversarialPreset?> _preset = CheckedOption.Create<AdversarialPreset?>(
        "--preset",
        $"One of {PresetNames} (none); other options override it.",
        PresetNames,
        text => AdversarialPresets.All.FirstOrDefault(p => p.Name == text),
        [.. AdversarialPresets.All.Select(p => p.Name)]
    );

    private readonly Option<int?> _rounds = CheckedOption.Whole("--rounds", "Rounds (3).", 1);

    private readonly Option<AttackKind?> _attack = CheckedOption.Choice(
        "--attack",
        "The attack inside: random_token or gcg (gcg).",
        AttackNames.All
    );

    private readonly Option<InsertionPosition?> _position = AttackOptions.Position();

    private readonly Option<int?> _tokens = CheckedOption.Whole(
        "--attack-tokens",
        "Attack tokens (10).",
        1
    );

    private readonly Option<int?> _candidates = CheckedOption.Whole(
        "--candidates",
        "Candidates of an iteration (128; GCG).",
        1
    );

    private readonly Option<int?> _topK = CheckedOption.Whole(
        "--top-k",
        "Token ids considered at a position (half of those allowed, 256 at most; GCG).",
        1
    );

    private readonly Option<long?> _attackSeed = CheckedOption.Long(
        "--attack-seed",
        "Seed of the attack's random streams (0)."
    );

    private readonly Option<IterationSchedule?> _iterations =
        CheckedOption.Create<IterationSchedule?>(
            "--iterations",
            "Attack iterations of the first and last round, for instance 8:64, or a number (8:64).",
            "a whole number from 1, or two of them that do not fall, for instance 8:64",
            Schedule
        );

    private readonly Option<ScheduleReading?> _reading = CheckedOption.Choice(
        "--schedule-rounds",
        "What counts in the schedule: rounds or rounds_plus_one (rounds).",
        [("rounds", ScheduleReading.Rounds), ("rounds_plus_one", ScheduleReading.RoundsPlusOne)]
    );

    private readonly Option<int?> _examples = CheckedOption.Whole(
        "--examples-per-round",
        "Rows attacked in a round (200).",
        1
    );

    private readonly Option<int?> _mostRows = CheckedOption.Whole(
        "--most-rows",
        "Most rows a round trains on (1000).",
        1
    );

    private readonly Option<double?> _mostShare = CheckedOption.Real(
        "--most-adversarial-share",
        "Largest share of adversarial rows among them (0.8).",
        0,
        1
    );

    private readonly Option<double?> _lossRankWeight = CheckedOption.Real(
        "--loss-rank-weight",
        "What the loss rank counts beside the age rank (0.5).",
        0,
        1
    );

    private readonly Option<double?> _decay = CheckedOption.Real(
        "--sampling-decay",
        "How fast chances fall with rank; 0 = uniform (0.005).",
        0
    );

    private readonly Option<LossRankRule?> _lossRank = CheckedOption.Choice(
        "--loss-rank",
        "correct or as-published (correct).",
        [("correct", LossRankRule.Correct), ("as-published", LossRankRule.AsPublished)]
    );

    private readonly Option<bool?> _balanced = CheckedOption.Flag(
        "--balanced",
        "Clean and adversarial rows take turns, the fewer ones repeated (false)."
    );

    private readonly Option<int?> _epochs = CheckedOption.Whole(
        "--epochs",
        "Epochs over a round's rows (1).",
        1
    );

    private readonly Option<bool> _control = new("--control")
    {
        Description = "The control arm: random text in place of the attacked texts.",
    };

    private readonly Option<double?> _stoppingRate = CheckedOption.Real(
        "--stopping-success-rate",
        "Stop after a round whose fresh examples succeed less often; 0 = never (0).",
        0,
        1
    );

    private readonly Option<double?> _stoppingFlops = CheckedOption.Real(
        "--stopping-flops",
        "Stop once attack and training have cost this much (never).",
        0,
        above: true
    );

    private readonly Option<int?> _keepEvery = CheckedOption.Whole(
        "--keep-every",
        "Weights of every k-th round and of the last are kept (1). Changes no result.",
        1
    );

    /// <summary>What asks for it.</summary>
    public Option<bool> Switch { get; } =
        new("--adversarial")
        {
            Description = "Train a fine-tuned model adversarially, round by round.",
        };

    /// <summary>Those that only it has.</summary>
    public IEnumerable<Option> All =>
        [
            _preset,
            _rounds,
            _attack,
            _position,
            _tokens,
            _candidates,
            _topK,
            _attackSeed,
            _iterations,
            _reading,
            _examples,
            _mostRows,
            _mostShare,
            _lossRankWeight,
            _decay,
            _lossRank,
            _balanced,
            _epochs,
            _control,
            _stoppingRate,
            _stoppingFlops,
            _keepEvery,
        ];

    /// <summary>The settings but for batch, random text and optimiser; notes every fault.</summary>
    public AdversarialTrainingSettings Read(
        ParseResult parsed,
        ModelFolder? folder,
        List<string> faults
    )
    {
        if (folder?.Origin.Stage == StageNames.Pretraining)
        {
            faults.Add($"{folder.Path}: found no classifier; allowed: a fine-tuned model.");
        }
        var preset = parsed.Sound(_preset);
        var standard = preset?.Settings ?? new AdversarialTrainingSettings();
        var attack = ReadAttack(parsed, standard.Attack, folder, faults);
        var settings = standard with
        {
            RoundCount = parsed.Sound(_rounds) ?? standard.RoundCount,
            Attack = attack,
            Iterations =
                parsed.Sound(_iterations)
                ?? preset?.IterationsOf(attack.Kind)
                ?? standard.Iterations,
            Reading = parsed.Sound(_reading) ?? standard.Reading,
            ExamplesPerRound = parsed.Sound(_examples) ?? standard.ExamplesPerRound,
            MostRows = parsed.Sound(_mostRows) ?? standard.MostRows,
            MostAdversarialShare = parsed.Sound(_mostShare) ?? standard.MostAdversarialShare,
            LossRankWeight = parsed.Sound(_lossRankWeight) ?? standard.LossRankWeight,
            SamplingDecay = parsed.Sound(_decay) ?? standard.SamplingDecay,
            LossRank = parsed.Sound(_lossRank) ?? standard.LossRank,
            Balanced = parsed.Sound(_balanced) ?? standard.Balanced,
            EpochCount = parsed.Sound(_epochs) ?? standard.EpochCount,
            Control = parsed.Sound(_control),
            StoppingSuccessRate = parsed.Sound(_stoppingRate) ?? standard.StoppingSuccessRate,
            StoppingFlops = parsed.Sound(_stoppingFlops) ?? standard.StoppingFlops,
            KeepEvery = parsed.Sound(_keepEvery) ?? standard.KeepEvery,
        };
        faults.AddRange(Faults(settings, null));
        return settings;
    }

    /// <summary>What is wrong with settings, by the names of the options.</summary>
    public static IReadOnlyList<string> Faults(
        AdversarialTrainingSettings settings,
        int? cleanCount
    ) =>
        [
            .. AdversarialFaults
                .Of(settings, cleanCount)
                .Select(f => (Text: f, Name: f[..f.IndexOf(':', StringComparison.Ordinal)]))
                .Select(f => $"--{f.Name.Replace('_', '-')}{f.Text[f.Name.Length..]}."),
        ];

    // As in a study: a named attack begins from the attack's defaults, not from the preset's.
    private AttackSettings ReadAttack(
        ParseResult parsed,
        AttackSettings preset,
        ModelFolder? folder,
        List<string> faults
    )
    {
        var tokenizer = folder?.Tokenizer;
        int allowed =
            tokenizer?.BannedMask(tokenizer.VocabularySize).Count(banned => banned == 0)
            ?? int.MaxValue;
        var kind = parsed.Sound(_attack);
        var standard = kind is null ? preset : new AttackSettings();
        var attack = standard with
        {
            Kind = kind ?? standard.Kind,
            Position = parsed.Sound(_position) ?? standard.Position,
            TokenCount = parsed.Sound(_tokens) ?? standard.TokenCount,
            CandidateCount = parsed.Sound(_candidates) ?? standard.CandidateCount,
            TopK = parsed.Sound(_topK) ?? Math.Min(standard.TopK, Math.Max(1, allowed / 2)),
            Seed = parsed.Sound(_attackSeed) ?? standard.Seed,
        };
        faults.AddRange(AttackOptions.Faults(attack, allowed));
        return attack;
    }

    // "8:64" or "8"; null when it is neither.
    private static IterationSchedule? Schedule(string text)
    {
        string[] ends = text.Split(':');
        int first = 0;
        int last = 0;
        bool sound =
            ends.Length <= 2
            && int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out first)
            && int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out last);
        return sound && first >= 1 && last >= first ? new IterationSchedule(first, last) : null;
    }
}

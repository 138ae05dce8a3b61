namespace Robustness.Analysis;

/// <summary>What the models of a group went through before the attack.</summary>
public enum GroupKind
{
    /// <summary>Fine-tuned only; the tables leave their round empty.</summary>
    FineTuned,

    /// <summary>Adversarially trained, one model for each round.</summary>
    AdversariallyTrained,

    /// <summary>Generating models judged by refusals; one final rate for each size.</summary>
    StrongReject,
}

/// <summary>
/// One evaluation group: which models, attacked how, and which training group made them.
/// </summary>
/// <param name="Name">The file's name without extension, or the table's own label.</param>
/// <param name="Family">Model family, for instance <c>pythia</c>.</param>
/// <param name="Task">Task, for instance <c>imdb</c>.</param>
/// <param name="Attack">Attack of the evaluation.</param>
/// <param name="TrainedAttack">Attack of the adversarial training; empty for fine-tuned.</param>
/// <param name="Position">Where the evaluation's attack text goes.</param>
/// <param name="Kind">What the models went through.</param>
public sealed record ResultGroup(
    string Name,
    string Family,
    string Task,
    string Attack,
    string TrainedAttack,
    string Position,
    GroupKind Kind
)
{
    /// <summary>What the trained attack of a control arm ends in.</summary>
    public const string ControlEnding = "-control";

    /// <summary>Whether training put random text in place of attacked texts.</summary>
    public bool IsControl => TrainedAttack.EndsWith(ControlEnding, StringComparison.Ordinal);

    /// <summary>Whether the record comes from the table of published groups.</summary>
    public bool Published { get; init; }

    /// <summary>Whether anything but the name and the kind is known.</summary>
    public bool Described { get; init; } = true;

    /// <summary>Training groups whose rows say what the rounds cost, pooled.</summary>
    public IReadOnlyList<string> TrainingGroups { get; init; } = [];

    /// <summary>Iteration of the figures over size; null takes the last one stored.</summary>
    public int? HeadlineIteration { get; init; }

    /// <summary>Whether the attack's slopes are fitted for chosen rounds.</summary>
    public bool SlopesByRound { get; init; }

    /// <summary>Whether the rate at the headline iteration is regressed on size.</summary>
    public bool SizeRegression { get; init; }

    /// <summary>What published attack compute of 12b is multiplied by.</summary>
    public double LargestPythiaFactor { get; init; } = 1;

    /// <summary>A variant of training that keeps equal pairs of attacks apart.</summary>
    public string Variant { get; init; } = "";

    /// <summary>A group of which only the rows are known.</summary>
    public static ResultGroup Unknown(string name, GroupKind kind) =>
        new(name, "unknown", "unknown", "unknown", "", "unknown", kind) { Described = false };
}

/// <summary>One training group: which models were trained against which attack.</summary>
/// <param name="Name">The file's name without extension, or the table's own label.</param>
/// <param name="Family">Model family.</param>
/// <param name="Task">Task.</param>
/// <param name="TrainedAttack">Attack of the adversarial training.</param>
/// <param name="Position">Where training put the attack text.</param>
public sealed record TrainingGroup(
    string Name,
    string Family,
    string Task,
    string TrainedAttack,
    string Position
);

namespace Robustness.Reporting;

/// <summary>
/// Everything that the report of a study says, as plain values. Whoever reads the store fills
/// it; the report computes medians, intervals and fits from it and reads nothing else.
/// </summary>
/// <param name="Study">What was run and how to run it again.</param>
/// <param name="Ladder">One row for each pretrained size, ascending by parameters.</param>
/// <param name="Accuracy">One row for each fine-tuned classifier.</param>
/// <param name="Curves">One for each attack on each classifier.</param>
/// <param name="Prompts">Attacked prompts to choose examples from.</param>
/// <param name="Timings">Wall-clock time by stage.</param>
public sealed record StudyReportData(
    StudyDescription Study,
    IReadOnlyList<LadderRow> Ladder,
    IReadOnlyList<AccuracyRow> Accuracy,
    IReadOnlyList<AttackCurve> Curves,
    IReadOnlyList<AttackedPrompt> Prompts,
    IReadOnlyList<StageTiming> Timings
)
{
    /// <summary>Iterations that each attack needed on each classifier.</summary>
    public IReadOnlyList<BreachRow> Breaches { get; init; } = [];

    /// <summary>Adversarial training; null in a study without it.</summary>
    public RoundsData? Rounds { get; init; }
}

/// <summary>A study: its name, its settings, and the commands that make it again.</summary>
/// <param name="Name">Name of the study.</param>
/// <param name="Version">Version of the program.</param>
/// <param name="Seeds">Fine-tuning seeds.</param>
/// <param name="Tasks">Tasks in the order of the report.</param>
/// <param name="Settings">The settings worth reading, in words.</param>
/// <param name="PretrainingTeaches">What the pretraining text teaches, one sentence each.</param>
/// <param name="Commands">Command lines that make the study again.</param>
public sealed record StudyDescription(
    string Name,
    string Version,
    IReadOnlyList<int> Seeds,
    IReadOnlyList<TaskDescription> Tasks,
    IReadOnlyList<StudySetting> Settings,
    IReadOnlyList<string> PretrainingTeaches,
    IReadOnlyList<string> Commands
)
{
    /// <summary>Median accuracy over seeds from which a size counts as having learned.</summary>
    public double LearnedAccuracy { get; init; } = 0.9;

    /// <summary>Whether pretraining text comes from a file of the user's.</summary>
    public bool PretrainsOnFile { get; init; }
}

/// <summary>A task: its name, the names of its two classes, and its training rows' chunk.</summary>
/// <param name="Name">Name of the task.</param>
/// <param name="Class0">Label 0.</param>
/// <param name="Class1">Label 1.</param>
/// <param name="ChunkNoise">
/// Share of fine-tuning rows whose overwritable chunk carries random text; null where the task
/// has no such chunk.
/// </param>
public sealed record TaskDescription(string Name, string Class0, string Class1, double? ChunkNoise)
{
    internal string ClassName(int label) => label == 0 ? Class0 : Class1;
}

/// <summary>A setting in words.</summary>
public sealed record StudySetting(string Name, string Value);

/// <summary>Wall-clock time of one stage, summed over its runs.</summary>
/// <param name="Stage">Name of the stage.</param>
/// <param name="Size">Model size, or empty for all.</param>
/// <param name="RunCount">Runs.</param>
/// <param name="Seconds">Sum of their times.</param>
public sealed record StageTiming(string Stage, string Size, int RunCount, double Seconds);

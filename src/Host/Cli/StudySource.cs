using System.CommandLine;
using Robustness.Data;
using Robustness.Results;
using Robustness.Study;

namespace Robustness.Cli;

/// <summary>
/// Which study, and what the command line changes in it: its seeds, and a text task that is added
/// to its tasks, trained and attacked as they are.
/// </summary>
internal sealed class StudySource
{
    private readonly Argument<string> _study = new("study")
    {
        Description =
            "A study file, or a built-in study: " + string.Join(", ", StudyFile.BuiltInNames),
    };

    private readonly Option<long?> _seed = CheckedOption.Long(
        "--seed",
        "This seed instead of the study's seeds."
    );

    private readonly TaskOptions _task = new();

    /// <summary>The argument.</summary>
    public Argument<string> Study => _study;

    /// <summary>Its options.</summary>
    public IEnumerable<Option> Options => [_seed, .. _task.OfText];

    /// <summary>Reads the study.</summary>
    /// <exception cref="InputFaultException">The study or an option is at fault.</exception>
    public StudyConfig Read(ParseResult parsed)
    {
        var config = StudyFile.Read(parsed.GetRequiredValue(_study));
        if (parsed.GetValue(_seed) is { } seed)
        {
            config = config with { Seeds = [seed] };
        }
        var faults = new List<string>();
        var task = _task.ReadText(parsed, faults);
        if (task is not null && config.Tasks.Any(t => t.Label == task.Name))
        {
            faults.Add($"--data: {config.Name} has a task named {task.Name} already.");
        }
        if (faults.Count > 0)
        {
            throw new InputFaultException(faults);
        }
        return task is null ? config : WithTask(config, new Variant<TaskSettings>(task.Name, task));
    }

    // Adversarial trainings that take in every task of the study take in this one.
    private static StudyConfig WithTask(StudyConfig config, Variant<TaskSettings> task) =>
        config with
        {
            Tasks = [.. config.Tasks, task],
            Adversarial =
            [
                .. config.Adversarial.Select(arm =>
                    config.Tasks.All(t => arm.Tasks.Contains(t.Label))
                        ? arm with
                        {
                            Tasks = [.. arm.Tasks, task.Label],
                        }
                        : arm
                ),
            ],
        };
}

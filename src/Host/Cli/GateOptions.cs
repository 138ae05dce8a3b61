using System.CommandLine;
using Robustness.Data;
using Robustness.Training;

namespace Robustness.Cli;

/// <summary>
/// Options of a gate: pretraining goes on until probes are passed. Under the names of the study
/// file, where the gate is a block of its own.
/// </summary>
internal sealed class GateOptions
{
    private const string Standard = "record-same,record-longer";

    private readonly Option<double?> _accuracy = CheckedOption.Real(
        "--gate-accuracy",
        "Go on at the full rate until every probe reaches this accuracy (no gate).",
        0,
        1,
        above: true
    );

    private readonly Option<int?> _maxSteps = CheckedOption.Whole(
        "--gate-max-steps",
        "Steps at most, the falling of the rate included (twice --steps).",
        1
    );

    private readonly Option<int?> _every = CheckedOption.Whole(
        "--gate-every",
        "Steps between two looks (50).",
        1
    );

    private readonly Option<string?> _skills = CheckedOption.Text(
        "--gate-skills",
        $"Probes that count, joined by commas ({Standard})."
    );

    /// <summary>All of them.</summary>
    public IEnumerable<Option> All => [_accuracy, _maxSteps, _every, _skills];

    /// <summary>The gate; null where none is asked for. Faults are noted.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="steps">Steps of a model that passes at once.</param>
    /// <param name="schedule">Of the learning rate.</param>
    /// <param name="text">A file in place of the generated text, or null.</param>
    /// <param name="faults">Where faults are noted.</param>
    public ProbeGate? Read(
        ParseResult parsed,
        int steps,
        ScheduleKind schedule,
        string? text,
        List<string> faults
    )
    {
        string[] skills = (parsed.Sound(_skills) ?? Standard).Split(',');
        if (parsed.Sound(_accuracy) is not { } accuracy)
        {
            if (parsed.GetResult(_accuracy) is null)
            {
                faults.AddRange(
                    All.Where(o => parsed.GetResult(o) is not null)
                        .Select(o => $"{o.Name}: is for a gate; give --gate-accuracy too.")
                );
            }
            return null;
        }
        var unknown = skills.Where(s => !PretrainingProbe.Names.Contains(s));
        string allowed = string.Join(", ", PretrainingProbe.Names);
        faults.AddRange(unknown.Select(s => $"--gate-skills: found {s}; allowed: {allowed}."));
        if (schedule != ScheduleKind.WarmupStableDecay)
        {
            faults.Add("--gate-accuracy: a gate needs --schedule warmup_stable_decay.");
        }
        if (text is not null)
        {
            faults.Add("--gate-accuracy: found --text-file too; a text file has no probes.");
        }
        int most = parsed.Sound(_maxSteps) ?? (int)Math.Min(2L * steps, int.MaxValue);
        if (most < steps)
        {
            faults.Add(
                FormattableString.Invariant(
                    $"--gate-max-steps: found {most}; allowed: from --steps, {steps}."
                )
            );
        }
        return new ProbeGate(accuracy, most, parsed.Sound(_every) ?? 50, skills);
    }
}

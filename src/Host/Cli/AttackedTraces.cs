using Robustness.Analysis;
using Robustness.Reporting;
using Robustness.Results;

namespace Robustness.Cli;

/// <summary>The attacked rows of finished evaluations, each file read once.</summary>
internal sealed class AttackedTraces(StudyResults results)
{
    private readonly Dictionary<string, PlannedRun> _planned = results.Plan.ToDictionary(p =>
        p.Key
    );

    private readonly Dictionary<string, IReadOnlyList<AttackedRow>> _rows = [];

    /// <summary>The rows of one evaluation, in the attack's own reading.</summary>
    public IReadOnlyList<AttackedRow> Rows(EvaluationRun run)
    {
        if (!_rows.TryGetValue(run.Key.Hex, out IReadOnlyList<AttackedRow>? rows))
        {
            SuccessReading reading = AttackReading.Of(run.Attack);
            rows =
            [
                .. results.Traces(_planned[run.Key.Hex]).Select(t => AttackReading.Row(t, reading)),
            ];
            _rows.Add(run.Key.Hex, rows);
        }
        return rows;
    }
}

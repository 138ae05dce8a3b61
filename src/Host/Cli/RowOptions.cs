using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Robustness.Attacks;
using Robustness.Data;
using Robustness.Results;
using Robustness.Study;

namespace Robustness.Cli;

/// <summary>
/// Options that say which held-out rows are used, and the scope of random streams.
/// </summary>
internal sealed class RowOptions
{
    private const int DefaultRows = 200;

    private readonly Option<int?> _rows = CheckedOption.Whole(
        "--rows",
        "Held-out rows scored: the first ones (200).",
        1
    );

    private readonly Option<IReadOnlyList<int>?> _rowIds =
        CheckedOption.Create<IReadOnlyList<int>?>(
            "--row-ids",
            "Only these held-out rows, for instance 0-9,17.",
            "numbers and ranges from 0, for instance 0-9,17",
            Ids
        );

    private readonly Option<string?> _scope = CheckedOption.Text(
        "--scope",
        "Scope of the random streams (that of a study's run with the same settings)."
    );

    /// <summary>All of them.</summary>
    public IEnumerable<Option> All => [_rows, _rowIds, _scope];

    /// <summary>Rows scored.</summary>
    public int RowCount(ParseResult parsed) => parsed.GetValue(_rows) ?? DefaultRows;

    /// <summary>The held-out rows, in the order of their ids.</summary>
    public IReadOnlyList<Example> Load(
        ParseResult parsed,
        TaskSettings task,
        LengthLimit limit,
        Terminal terminal
    )
    {
        var ids = parsed.GetValue(_rowIds);
        // What was asked for must be there; the default takes what there is.
        int? needed =
            ids is null && parsed.GetValue(_rows) is null
                ? null
                : Math.Max(RowCount(parsed), ids is null ? 0 : ids[^1] + 1);
        var data = TaskCatalog.Create(task with { ValidationCount = needed }).Load(limit);
        IReadOnlyList<Example> rows = needed is null
            ? [.. data.Validation.Take(DefaultRows)]
            : data.Validation;
        terminal.Say((data.Report.Splits[^1] with { RowsUsed = rows.Count }).ToString());
        if (ids is null)
        {
            return rows;
        }
        return ids[^1] < rows.Count
            ? [.. ids.Select(id => rows[id])]
            : throw new InputFaultException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"--row-ids: found {ids[^1]}; {task.Name} has held-out rows 0 to "
                        + $"{rows.Count - 1}."
                )
            );
    }

    /// <summary>
    /// The scope that a study's evaluation of this model with these settings has. A task or a
    /// model that no record tells of is named by its own settings and hash.
    /// </summary>
    public string Scope(
        ParseResult parsed,
        ModelOrigin origin,
        TaskSettings task,
        int attackedRowCount,
        AttackSettings attack,
        Terminal terminal
    )
    {
        if (parsed.GetValue(_scope) is { } given)
        {
            return given;
        }
        var rows = new EvaluationConfig(RowCount(parsed), attackedRowCount);
        var settings = StageSettings.Evaluation(origin.Key, origin.Round, rows, attack);
        var used = StageSettings.Task(task);
        if (origin.Task is not { } trained)
        {
            settings["task"] = used;
        }
        else if (SettingDifference.Find(trained, used) is { Count: > 0 } differences)
        {
            settings["task"] = used;
            foreach (string difference in differences)
            {
                terminal.Say($"Not the task that the model was trained on: {difference}");
            }
        }
        return RunKey.Create(StageNames.Evaluation, settings).Hex;
    }

    // "0-9,17": ascending, each once; null when it is no such list.
    private static int[]? Ids(string text)
    {
        var ids = new SortedSet<int>();
        foreach (string part in text.Split(','))
        {
            string[] ends = part.Split('-');
            if (
                ends.Length > 2
                || !int.TryParse(ends[0], NumberStyles.None, Invariant, out int first)
                || !int.TryParse(ends[^1], NumberStyles.None, Invariant, out int last)
                || last < first
                || last - first > 10_000_000
            )
            {
                return null;
            }
            ids.UnionWith(Enumerable.Range(first, last - first + 1));
        }
        return [.. ids];
    }

    private static CultureInfo Invariant => CultureInfo.InvariantCulture;
}

using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Robustness.Results;
using Robustness.Training;

namespace Robustness.Cli;

/// <summary>
/// <c>study status</c>: what is done, running, begun and left, failed and waiting in a folder.
/// </summary>
internal static class StudyStatusCommand
{
    public static Command Create(Terminal terminal)
    {
        var folder = new Argument<string>("folder") { Description = "A study's folder." };
        var json = CommonOptions.Json("the state of every stage");
        var command = new Command(
            "status",
            "Shows what is done in a study's folder.\n\n"
                + "Example:\n  robustness study status study-quick"
        )
        {
            folder,
            json,
        };
        command.SetAction(parsed =>
        {
            var store = ResultStore.Open(parsed.GetRequiredValue(folder));
            var results = StudyResults.Read(store);
            var done = results.Finished.Select(f => f.Planned.Key).ToHashSet();
            var holders = StoreLock.Holders(store.Folder);
            var states = results
                .Plan.Select(p => (Run: p, State: StateOf(store, p, done, holders)))
                .ToList();
            if (parsed.GetValue(json))
            {
                WriteJson(terminal.Output, store, states, holders);
                return 0;
            }
            foreach (var (run, state) in states.Where(s => s.State != "done"))
            {
                string reason = store.FailureOf(new RunKey(run.Key)) is { } r ? ": " + r : "";
                terminal.Say($"{state, -8} {run.Stage} {run.Label}{Rounds(store, run)}{reason}");
            }
            terminal.Say(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{done.Count} of {results.Plan.Count} stages are done."
                )
            );
            foreach (string holder in holders)
            {
                terminal.Say($"{holder.TrimEnd(',')} is running this study.");
            }
            return 0;
        });
        return command;
    }

    // Running: begun by one who holds the store now. Begun: by one who was interrupted.
    // Stale: done, but it or what it stands on was altered since.
    private static string StateOf(
        ResultStore store,
        PlannedRun run,
        HashSet<string> done,
        IReadOnlyList<string> holders
    )
    {
        var key = new RunKey(run.Key);
        return done.Contains(run.Key) ? "done"
            : store.WorkerOf(key) is { } worker && holders.Contains(worker) ? "running"
            : store.HasRecord(key) ? "stale"
            : store.FailureOf(key) is not null ? "failed"
            : Directory.Exists(store.RunFolder(key)) ? "begun"
            : "waiting";
    }

    // Rounds that a begun adversarial training has behind it.
    private static string Rounds(ResultStore store, PlannedRun run) =>
        RoundsDone(store, run) is { } rounds
            ? string.Create(CultureInfo.InvariantCulture, $": {rounds} rounds are done")
            : "";

    private static int? RoundsDone(ResultStore store, PlannedRun run) =>
        run.Stage == StageNames.AdversarialTraining
            ? AdversarialTraining.RoundsIn(store.StateFolder(new RunKey(run.Key)))
            : null;

    private static void WriteJson(
        TextWriter output,
        ResultStore store,
        List<(PlannedRun Run, string State)> states,
        IReadOnlyList<string> holders
    )
    {
        var document = new JsonObject
        {
            ["study"] = store.Study["name"]?.DeepClone(),
            ["done"] = states.Count(s => s.State == "done"),
            ["holders"] = new JsonArray([.. holders.Select(h => (JsonNode)h.TrimEnd(','))]),
            ["stages"] = new JsonArray([
                .. states.Select(s =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["run_id"] = new RunKey(s.Run.Key).RunId,
                            ["stage"] = s.Run.Stage,
                            ["label"] = s.Run.Label,
                            ["state"] = s.State,
                            ["rounds_done"] = RoundsDone(store, s.Run),
                            ["failure"] = store.FailureOf(new RunKey(s.Run.Key)),
                        }
                ),
            ]),
        };
        output.WriteLine(document.ToJsonString(JsonText.Indented));
    }
}

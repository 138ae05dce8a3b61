using System.Globalization;
using System.Text.Json.Nodes;
using Robustness.Attacks;
using Robustness.Compute;
using Robustness.Data;
using Robustness.Models;
using Robustness.Results;
using Robustness.Study;

namespace Robustness.Cli;

/// <summary>
/// One <c>attack</c>: scores the rows, attacks them a few at a time, tells each one.
/// </summary>
internal sealed class AttackRun(Terminal terminal, ModelFolder folder, AttackSettings settings)
{
    // Examples of one launch; more make better launches, fewer are told sooner.
    private const int Together = 8;

    /// <summary>The rows scored.</summary>
    public required IReadOnlyList<Example> Rows { get; init; }

    /// <summary>How many of them are attacked: the first.</summary>
    public required int AttackedRowCount { get; init; }

    /// <summary>Whether rows that are wrong before the attack are attacked too.</summary>
    public required bool All { get; init; }

    /// <summary>Scope of the random streams.</summary>
    public required string Scope { get; init; }

    /// <summary>One object a line on standard output.</summary>
    public required bool Json { get; init; }

    public int Run(Func<IBackend> createBackend)
    {
        using var backend = createBackend();
        using var model = folder.Load(backend);
        var clean = RowScores
            .Of(backend, model, folder, Rows, settings, Scope, terminal.Cancellation)
            .Clean;
        var right = Enumerable
            .Range(0, Rows.Count)
            .Where(i => Prediction.Of(clean[i]) == Rows[i].Label)
            .ToList();
        var attacked = All ? Enumerable.Range(0, Rows.Count) : right;
        int[] chosen = [.. attacked.Take(AttackedRowCount)];
        terminal.Say(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Rows.Count} rows, {right.Count} right before the attack, "
                    + $"{Rows.Count - right.Count} wrong; {chosen.Length} are attacked"
            )
        );
        int broken = Attack(backend, model, clean, chosen);
        terminal.Say(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{broken} of {chosen.Length} attacked rows are wrong at the last iteration"
            )
        );
        return 0;
    }

    private int Attack(
        IBackend backend,
        ModelParameters model,
        IReadOnlyList<float[]> clean,
        int[] chosen
    )
    {
        int broken = 0;
        var attack = Evaluation.Create(settings, Scope);
        using var victim = new Victim(backend, model, settings.LaunchRows);
        foreach (int[] some in chosen.Chunk(Together))
        {
            terminal.Cancellation.ThrowIfCancellationRequested();
            var traces = attack.Run(
                victim,
                folder.Tokenizer,
                [
                    .. some.Select(i => new AttackPrompt(
                        Rows[i],
                        settings.Position,
                        folder.Tokenizer
                    )),
                ],
                [.. some.Select(i => clean[i])],
                terminal.Cancellation
            );
            foreach (var trace in traces)
            {
                Tell(trace);
                broken += trace.Iterations[^1].Success ? 1 : 0;
            }
        }
        return broken;
    }

    private void Tell(AttackTrace trace)
    {
        var last = trace.Iterations[^1];
        var first = trace.Iterations.FirstOrDefault(i => i.Success);
        string when = first is null
            ? "never broken"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"first broken at iteration {first.Iteration}"
            );
        terminal.Say(
            string.Create(
                CultureInfo.InvariantCulture,
                $"row {trace.RowId}, class {trace.Label}: {when}, last loss {last.Loss:0.000}"
            )
        );
        if (Json)
        {
            terminal.Output.WriteLine(Describe(trace).ToJsonString(JsonText.Compact));
            terminal.Output.Flush();
        }
    }

    private JsonObject Describe(AttackTrace trace)
    {
        var flops = trace.Iterations.Aggregate(trace.SetupFlops, (sum, i) => sum + i.Flops);
        return new JsonObject
        {
            ["example"] = trace.RowId,
            ["label"] = trace.Label,
            ["clean_text"] = trace.CleanText,
            ["clean_logits"] = JsonText.ToNode(trace.CleanLogits),
            ["attack"] = AttackNames.NameOf(settings.Kind),
            ["position"] = AttackNames.NameOf(settings.Position),
            ["seed"] = settings.Seed,
            ["scope"] = Scope,
            ["initial_attack_ids"] = JsonText.ToNode(trace.InitialAttackIds),
            ["iterations"] = new JsonArray([
                .. trace.Iterations.Select(i => (JsonNode)Describe(trace, i)),
            ]),
            ["flops"] = JsonText.ToNode(flops),
        };
    }

    private JsonObject Describe(AttackTrace trace, AttackIteration i) =>
        new JsonObject
        {
            ["iteration"] = i.Iteration,
            ["attack_ids"] = JsonText.ToNode(i.AttackIds),
            ["attack_text"] = i.AttackText,
            ["text"] =
                settings.Kind == AttackKind.Identity
                    ? trace.CleanText
                    : trace.Before + i.AttackText + trace.After,
            ["loss"] = i.Loss,
            ["logits"] = JsonText.ToNode(i.Logits),
            ["success"] = i.Success,
            ["candidates_scored"] = i.CandidatesScored,
        };
}

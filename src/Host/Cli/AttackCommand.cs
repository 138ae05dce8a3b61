using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Robustness.Attacks;
using Robustness.Data;
using Robustness.Models;
using Robustness.Results;
using Robustness.Study;
using Robustness.Tokens;

namespace Robustness.Cli;

/// <summary><c>attack</c>: one attack on held-out rows of a task, against one classifier.</summary>
internal static class AttackCommand
{
    // Streams of a single attack belong to no run of a study.
    private const string Scope = "";

    public static Command Create(Terminal terminal)
    {
        var model = new Argument<string>("model")
        {
            Description = "A folder with config.json, model.safetensors and tokenizer.json.",
        };
        var task = Named("--task", PasswordMatchTask.CatalogName, TaskCatalog.Names);
        var style = Named("--instructions", "short", ["short", "paper"]);
        var attack = Named("--attack", "gcg", [.. AttackNames.All.Select(a => a.Name)]);
        var position = Named(
            "--position",
            "suffix",
            [.. AttackNames.Positions.Select(p => p.Name)]
        );
        var rows = Count("--rows", 10, "Held-out rows; those that are right are attacked.");
        var tokens = Count("--tokens", 10, "Attack tokens.");
        var iterations = Count("--iterations", 10, "Iterations.");
        var candidates = Count("--candidates", 128, "Candidates of an iteration (GCG).");
        var topK = Count("--top-k", 64, "Token ids considered at a position (GCG).");
        var seed = new Option<long>("--seed") { Description = "Seed of the attack's streams." };
        var threads = CommonOptions.Threads();
        var noPrefix = CommonOptions.NoPrefixCache();
        var noReuse = CommonOptions.NoPositionReuse();
        var json = CommonOptions.Json("one object per example");
        var command = new Command(
            "attack",
            "Attacks a classifier on held-out rows of a procedural task.\n\n"
                + "Example:\n"
                + "  robustness attack study-quick/runs/KEY/model --task word-length --json"
        )
        {
            model,
            task,
            style,
            attack,
            position,
            rows,
            tokens,
            iterations,
            candidates,
            topK,
            seed,
            threads,
            noPrefix,
            noReuse,
            json,
        };
        command.SetAction(parsed =>
        {
            var settings = new AttackSettings
            {
                Kind = AttackNames.All.First(a => a.Name == parsed.GetValue(attack)).Value,
                Position = AttackNames
                    .Positions.First(p => p.Name == parsed.GetValue(position))
                    .Value,
                TokenCount = parsed.GetValue(tokens),
                IterationCount = parsed.GetValue(iterations),
                CandidateCount = parsed.GetValue(candidates),
                TopK = parsed.GetValue(topK),
                Seed = parsed.GetValue(seed),
                PrefixCache = !parsed.GetValue(noPrefix),
                PositionReuse = !parsed.GetValue(noReuse),
            };
            var taskSettings = new TaskSettings
            {
                Name = parsed.GetValue(task)!,
                Instructions =
                    parsed.GetValue(style) == "short"
                        ? InstructionStyle.Short
                        : InstructionStyle.Paper,
                ValidationCount = parsed.GetValue(rows),
            };
            Refuse(taskSettings, settings);
            string folder = parsed.GetRequiredValue(model);
            int threadCount = parsed.GetValue(threads);
            return Run(
                terminal,
                folder,
                taskSettings,
                settings,
                threadCount,
                parsed.GetValue(json)
            );
        });
        return command;
    }

    private static int Run(
        Terminal terminal,
        string folder,
        TaskSettings task,
        AttackSettings settings,
        int threadCount,
        bool json
    )
    {
        using var backend = BackendFactory.Create(threadCount);
        using var model = Checkpoint.Load(backend, folder);
        var tokenizer = Tokenizer.Load(Path.Combine(folder, "tokenizer.json"));
        var limit = new LengthLimit(tokenizer, model.Config.ContextLength);
        var rows = TaskCatalog.Create(task).Load(limit).Validation;
        var result = Evaluation.Run(
            backend,
            model,
            tokenizer,
            rows,
            settings,
            Scope,
            null,
            terminal.Cancellation
        );
        foreach (var trace in result.Traces.Where(_ => json))
        {
            var example = Describe(trace, settings);
            terminal.Output.WriteLine(example.ToJsonString(JsonText.Compact));
        }
        int broken = result.Traces.Count(t => t.Iterations.Count > 0 && t.Iterations[^1].Success);
        terminal.Say(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{rows.Count} rows, {result.Traces.Count} right before the attack, "
                    + $"{broken} of those broken at its end"
            )
        );
        return 0;
    }

    private static JsonObject Describe(AttackTrace trace, AttackSettings settings)
    {
        var flops = trace.Iterations.Aggregate(trace.SetupFlops, (sum, i) => sum + i.Flops);
        return new JsonObject
        {
            ["example"] = trace.RowId,
            ["label"] = trace.Label,
            ["clean_text"] = trace.CleanText,
            ["attack"] = AttackNames.NameOf(settings.Kind),
            ["seed"] = settings.Seed,
            ["scope"] = Scope,
            ["initial_attack_ids"] = JsonText.ToNode(trace.InitialAttackIds),
            ["iterations"] = new JsonArray([
                .. trace.Iterations.Select(i =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["iteration"] = i.Iteration,
                            ["attack_ids"] = JsonText.ToNode(i.AttackIds),
                            ["attack_text"] = i.AttackText,
                            ["text"] = trace.Before + i.AttackText + trace.After,
                            ["loss"] = i.Loss,
                            ["logits"] = JsonText.ToNode(i.Logits),
                            ["success"] = i.Success,
                            ["candidates_scored"] = i.CandidatesScored,
                        }
                ),
            ]),
            ["flops"] = JsonText.ToNode(flops),
        };
    }

    private static void Refuse(TaskSettings task, AttackSettings settings)
    {
        if (task.Name == TextClassificationTask.CatalogName)
        {
            throw new InputFaultException(
                "--task: found text-classification; allowed: a procedural task. "
                    + "A study file can name the files of a text task."
            );
        }
        long pairs = (long)settings.TokenCount * settings.TopK;
        if (settings.Kind == AttackKind.Gcg && settings.CandidateCount > pairs)
        {
            throw new InputFaultException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"--candidates: found {settings.CandidateCount}; {settings.TokenCount} tokens "
                        + $"x top-k {settings.TopK} give only {pairs} distinct swaps."
                )
            );
        }
    }

    private static Option<int> Count(string name, int value, string description) =>
        CommonOptions.AtLeast(
            new Option<int>(name) { Description = description, DefaultValueFactory = _ => value },
            1
        );

    private static Option<string> Named(string name, string value, IReadOnlyList<string> names)
    {
        var option = new Option<string>(name)
        {
            Description = $"Unless given: {value}.",
            DefaultValueFactory = _ => value,
        };
        option.AcceptOnlyFromAmong([.. names]);
        return option;
    }
}

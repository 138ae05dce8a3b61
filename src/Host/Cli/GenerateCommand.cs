using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Robustness.Models;
using Robustness.Results;

namespace Robustness.Cli;

/// <summary><c>generate</c>: continues prompts, greedy or sampled.</summary>
internal static class GenerateCommand
{
    // Samples of a single command belong to no run of a study.
    private const string Scope = "";

    public static Command Create(Terminal terminal)
    {
        var model = ModelFolder.Argument();
        var prompts = new Argument<string[]>("prompt")
        {
            Description = "Prompts; without any, the lines of --file or of standard input.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var file = CheckedOption.Text(
            "--file",
            "A file with a prompt a line (.jsonl: the field prompt); - is standard input."
        );
        var options = new GenerationOptions();
        var threads = CommonOptions.Threads();
        var backend = CommonOptions.Backend();
        var json = CommonOptions.Json("prompts, tokens and texts");
        return CheckedCommand.Create(
            "generate",
            "Continues prompts; each continuation is written to standard output. Greedy unless a "
                + "temperature is given.\n\n"
                + "Examples:\n"
                + "  robustness generate tiny \"abc = abc\" --new-tokens 40\n"
                + "  robustness generate tiny abc abd --temperature 0.8 --top-p 0.9 --json\n"
                + "  robustness generate tiny --file prompts.txt --temperature 1 --top-k 5",
            (parsed, faults) =>
            {
                var folder = ModelFolder.Open(parsed.Sound(model), faults);
                var settings = options.Read(parsed, folder?.Tokenizer);
                faults.AddRange(GenerationOptions.Faults(settings));
                return folder is null ? null : new Request(folder, settings);
            },
            (parsed, request) =>
            {
                var texts = PromptSource.Read(
                    parsed.GetValue(prompts) ?? [],
                    parsed.GetValue(file),
                    terminal.Input
                );
                Run(terminal, request, texts, parsed.GetValue(threads), parsed.GetValue(json));
                return 0;
            },
            [model, prompts, file, .. options.All, threads, backend, json]
        );
    }

    private static void Run(
        Terminal terminal,
        Request request,
        IReadOnlyList<string> texts,
        int threads,
        bool json
    )
    {
        var (folder, settings) = request;
        var prompts = Encode(folder, texts);
        using var backend = BackendFactory.Create(threads);
        using var model = folder.Load(backend);
        using var generator = new Generator(backend, model);
        var results = new JsonArray();
        foreach (var found in generator.Run(prompts, settings, Scope, terminal.Cancellation))
        {
            string text = folder.Tokenizer.Decode(found.Ids);
            if (json)
            {
                results.Add(Describe(texts[(int)found.RowId], prompts, text, found));
            }
            else
            {
                terminal.Output.WriteLine(texts[(int)found.RowId] + text);
            }
        }
        if (json)
        {
            var document = new JsonObject
            {
                ["temperature"] = settings.Temperature,
                ["top_k"] = settings.TopK,
                ["top_p"] = settings.TopP,
                ["seed"] = settings.Seed,
                ["scope"] = Scope,
                ["results"] = results,
            };
            terminal.Output.WriteLine(document.ToJsonString(JsonText.Indented));
        }
    }

    // A text without tokens is continued from the token that ends a document.
    private static List<GenerationPrompt> Encode(ModelFolder folder, IReadOnlyList<string> texts)
    {
        var faults = new List<string>();
        var prompts = new List<GenerationPrompt>();
        int longest = folder.Config.ContextLength - 1;
        foreach (string text in texts)
        {
            int[] ids = folder.Tokenizer.Encode(text);
            if (ids.Length > longest)
            {
                faults.Add(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"prompt {prompts.Count}: {ids.Length} tokens found; the model's context "
                            + $"allows {longest}."
                    )
                );
            }
            prompts.Add(
                new GenerationPrompt(
                    prompts.Count,
                    ids.Length > 0 ? ids : [folder.Tokenizer.EndOfTextId]
                )
            );
        }
        return faults.Count == 0 ? prompts : throw new InputFaultException(faults);
    }

    private static JsonObject Describe(
        string prompt,
        List<GenerationPrompt> prompts,
        string text,
        Continuation found
    ) =>
        new JsonObject
        {
            ["prompt"] = prompt,
            ["prompt_ids"] = JsonText.ToNode(prompts[(int)found.RowId].Ids),
            ["ids"] = JsonText.ToNode(found.Ids),
            ["text"] = text,
            ["log_probabilities"] = JsonText.ToNode(found.LogProbabilities),
            ["finish"] = JsonText.ToNode(found.Finish),
        };

    private sealed record Request(ModelFolder Folder, GenerationSettings Settings);
}

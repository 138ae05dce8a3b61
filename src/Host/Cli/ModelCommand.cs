using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Robustness.Models;
using Robustness.Results;

namespace Robustness.Cli;

/// <summary>
/// <c>model inspect</c>: configuration, counts and tensors of a checkpoint folder.
/// </summary>
internal static class ModelCommand
{
    public static Command Create(Terminal terminal) =>
        new("model", "Looks at models.") { CreateInspect(terminal) };

    private static Command CreateInspect(Terminal terminal)
    {
        var path = new Argument<string>("path")
        {
            Description = "A folder with config.json and model.safetensors.",
        };
        var json = CommonOptions.Json("what was found");
        var command = new Command(
            "inspect",
            "Shows configuration, parameters and tensors of a model.\n\n"
                + "Example:\n  robustness model inspect study-quick/runs/KEY/model"
        )
        {
            path,
            json,
        };
        command.SetAction(parsed =>
        {
            string folder = parsed.GetRequiredValue(path);
            if (!Directory.Exists(folder))
            {
                throw new InputFaultException($"{folder}: there is no such folder.");
            }
            var document = Describe(folder);
            if (parsed.GetValue(json))
            {
                terminal.Output.WriteLine(document.ToJsonString(JsonText.Indented));
            }
            else
            {
                Show(terminal, document);
            }
            return 0;
        });
        return command;
    }

    private static JsonObject Describe(string folder)
    {
        var config = Checkpoint.LoadConfig(folder);
        var tensors = Safetensors.Read(Path.Combine(folder, Checkpoint.WeightsFile));
        return new JsonObject
        {
            ["config"] = JsonText.ToNode(config),
            ["tensors"] = new JsonArray([
                .. tensors
                    .OrderBy(t => t.Key, StringComparer.Ordinal)
                    .Select(t =>
                        (JsonNode)
                            new JsonObject
                            {
                                ["name"] = t.Key,
                                ["shape"] = JsonText.ToNode(t.Value.Shape),
                            }
                    ),
            ]),
        };
    }

    private static void Show(Terminal terminal, JsonObject document)
    {
        foreach (var (name, value) in document["config"]!.AsObject())
        {
            terminal.Say($"{name, -32} {value}");
        }
        var tensors = document["tensors"]!.AsArray();
        foreach (var tensor in tensors)
        {
            terminal.Say($"{(string)tensor!["name"]!, -56} {tensor["shape"]!.ToJsonString()}");
        }
        terminal.Say(string.Create(CultureInfo.InvariantCulture, $"{tensors.Count} tensors"));
    }
}

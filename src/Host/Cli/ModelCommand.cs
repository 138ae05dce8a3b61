using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Robustness.Compute;
using Robustness.Models;
using Robustness.Results;

namespace Robustness.Cli;

/// <summary>
/// <c>model inspect</c>: configuration, counts and tensors of a checkpoint folder, published or
/// our own.
/// </summary>
internal static class ModelCommand
{
    public static Command Create(Terminal terminal) =>
        new("model", "Looks at models.") { CreateInspect(terminal) };

    private static CheckedCommand CreateInspect(Terminal terminal)
    {
        var path = new Argument<string>("path")
        {
            Description = "A folder with config.json and model.safetensors.",
        };
        var json = CommonOptions.Json("what was found");
        return CheckedCommand.Create(
            "inspect",
            "Shows configuration, parameters and tensors of a model.\n\n"
                + "Examples:\n"
                + "  robustness model inspect words\n"
                + "  robustness model inspect words --json",
            (parsed, faults) =>
            {
                string? folder = parsed.Sound(path);
                if (folder is not null && !Directory.Exists(folder))
                {
                    faults.Add($"{folder}: there is no such folder.");
                }
                return folder;
            },
            (parsed, folder) =>
            {
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
            },
            [path, json]
        );
    }

    private static JsonObject Describe(string folder)
    {
        var config = Shape(folder);
        var tensors = Safetensors.Read(Path.Combine(folder, Checkpoint.WeightsFile));
        var origin = ModelOrigin.Find(folder);
        return new JsonObject
        {
            ["config"] = config,
            ["weights_sha256"] = ModelOrigin.HashOf(Path.Combine(folder, Checkpoint.WeightsFile)),
            ["stage"] = origin.Stage,
            ["parameters_stored"] = tensors.Sum(t => t.Value.Values.LongLength),
            ["tensors"] = new JsonArray([
                .. tensors
                    .OrderBy(t => t.Key, StringComparer.Ordinal)
                    .Select(t => (JsonNode)DescribeTensor(t.Key, t.Value.Shape, t.Value.Type)),
            ]),
        };
    }

    private static JsonObject DescribeTensor(string name, int[] shape, DataType type)
    {
        var tensor = new JsonObject { ["name"] = name, ["shape"] = JsonText.ToNode(shape) };
        if (type != DataType.Float32)
        {
            tensor["dtype"] = Safetensors.NameOf(type);
        }
        return tensor;
    }

    // GPT-NeoX as it runs here; Qwen2 by its shape and counts.
    private static JsonNode Shape(string folder)
    {
        string path = Path.Combine(folder, Checkpoint.ConfigFile);
        var json = File.Exists(path) ? JsonNode.Parse(File.ReadAllText(path)) as JsonObject : null;
        return json is not null && (string?)json["model_type"] == Qwen2Shape.ModelType
            ? JsonText.ToNode(Qwen2Shape.Read(json, path))
            : JsonText.ToNode(Checkpoint.LoadConfig(folder));
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
            string type = (string?)tensor!["dtype"] ?? Safetensors.NameOf(DataType.Float32);
            string shape = tensor["shape"]!.ToJsonString();
            terminal.Say($"{(string)tensor["name"]!, -56} {type, -5} {shape}");
        }
        terminal.Say(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{tensors.Count} tensors, {document["parameters_stored"]} parameters"
            )
        );
        if (document["stage"] is { } stage)
        {
            terminal.Say($"Made by {stage}.");
        }
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Robustness.Compute;
using Robustness.Data;

namespace Robustness.Models;

/// <summary>
/// A model folder: <c>config.json</c> and <c>model.safetensors</c>, with the names, layouts and
/// fields of published GPT-NeoX checkpoints. A bf16 model's tensors are its rounded weights, so a
/// model that is loaded computes what the saved one did.
/// </summary>
public static class Checkpoint
{
    /// <summary>File of the weights.</summary>
    public const string WeightsFile = "model.safetensors";

    /// <summary>File of the configuration.</summary>
    public const string ConfigFile = "config.json";

    private const string TypeField = "torch_dtype";

    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    private static readonly (string Name, Precision Precision)[] s_types =
    [
        ("float32", Precision.F32),
        ("float16", Precision.F32),
        ("bfloat16", Precision.Bf16),
    ];

    /// <summary>Writes weights, then configuration: a folder with both is whole.</summary>
    public static void Save(string folder, ModelParameters model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Directory.CreateDirectory(folder);
        var tensors = new List<(string, int[], float[])>();
        foreach (var named in model.Weights.All)
        {
            var shape = named.Tensor.Shape;
            int[] sizes = shape.Rank == 1 ? [shape.Columns] : [shape.Rows, shape.Columns];
            tensors.Add((named.Name, sizes, model.Export(named)));
        }
        var type = model.Config.Precision.Storage();
        Safetensors.Write(Path.Combine(folder, WeightsFile), tensors, type);
        string path = Path.Combine(folder, ConfigFile);
        File.WriteAllText(path + ".tmp", ToJson(model.Config).ToJsonString(s_indented) + "\n");
        File.Move(path + ".tmp", path, true);
    }

    /// <summary>Reads a folder.</summary>
    /// <exception cref="InvalidDataException">
    /// A file is missing, malformed or does not fit.
    /// </exception>
    public static ModelParameters Load(IBackend backend, string folder)
    {
        var config = LoadConfig(folder);
        string path = Path.Combine(folder, WeightsFile);
        if (!File.Exists(path))
        {
            throw new InvalidDataException($"{path}: the file is missing.");
        }
        var tensors = Safetensors.Read(path);
        var model = new ModelParameters(backend, config);
        foreach (var named in model.Weights.All)
        {
            var shape = named.Tensor.Shape;
            if (!tensors.TryGetValue(named.Name, out var found))
            {
                if (named.Name == ParameterSet.ClassifierName)
                {
                    backend.Clear(named.Tensor);
                    continue;
                }
                throw new InvalidDataException($"{path}: tensor {named.Name} is missing.");
            }
            if (found.Values.LongLength != shape.Count || found.Shape.Length != shape.Rank)
            {
                throw new InvalidDataException(
                    $"{path}: tensor {named.Name} has shape [{string.Join(", ", found.Shape)}]; "
                        + $"{ConfigFile} asks for {shape}."
                );
            }
            model.Import(named, found.Values);
        }
        return model;
    }

    /// <summary>Reads the configuration alone.</summary>
    public static ModelConfig LoadConfig(string folder)
    {
        string path = Path.Combine(folder, ConfigFile);
        if (!File.Exists(path))
        {
            throw new InvalidDataException($"{path}: the file is missing.");
        }
        try
        {
            var json =
                JsonNode.Parse(File.ReadAllText(path)) as JsonObject
                ?? throw new InvalidDataException($"{path}: it is not a JSON object.");
            return FromJson(json, path).Validated();
        }
        catch (Exception exception)
            when (exception is JsonException or FormatException or InvalidOperationException)
        {
            throw new InvalidDataException($"{path}: {exception.Message}", exception);
        }
        catch (ArgumentException exception)
        {
            throw new InvalidDataException($"{path}: {exception.Message}", exception);
        }
    }

    private static JsonObject ToJson(ModelConfig config)
    {
        var json = new JsonObject
        {
            ["model_type"] = "gpt_neox",
            ["architectures"] = new JsonArray("GPTNeoXForCausalLM"),
            ["vocab_size"] = config.VocabularySize,
            ["hidden_size"] = config.Width,
            ["num_hidden_layers"] = config.LayerCount,
            ["num_attention_heads"] = config.HeadCount,
            ["intermediate_size"] = config.FeedForward,
            ["hidden_act"] = "gelu",
            ["rotary_pct"] = config.RotaryShare,
            ["rotary_emb_base"] = config.RotaryBase,
            ["layer_norm_eps"] = config.NormEpsilon,
            ["max_position_embeddings"] = config.ContextLength,
            ["use_parallel_residual"] = true,
            ["tie_word_embeddings"] = false,
            ["initializer_range"] = ModelParameters.PublishedDeviation,
            ["num_labels"] = config.ClassCount,
        };
        if (config.Precision == Precision.Bf16)
        {
            json[TypeField] = s_types.First(t => t.Precision == Precision.Bf16).Name;
        }
        return json;
    }

    private static ModelConfig FromJson(JsonObject json, string path)
    {
        string type = (string?)json["model_type"] ?? "nothing";
        if (type != "gpt_neox")
        {
            throw new InvalidDataException(
                $"{path}: model_type is {type}; gpt_neox is what this program runs."
            );
        }
        if ((bool?)json["use_parallel_residual"] == false)
        {
            throw new InvalidDataException(
                $"{path}: use_parallel_residual is false; it must be true."
            );
        }
        return new ModelConfig
        {
            VocabularySize = Whole("vocab_size"),
            Width = Whole("hidden_size"),
            LayerCount = Whole("num_hidden_layers"),
            HeadCount = Whole("num_attention_heads"),
            FeedForwardWidth = Whole("intermediate_size"),
            RotaryShare = (double?)json["rotary_pct"] ?? 0.25,
            RotaryBase = (double?)json["rotary_emb_base"] ?? 10000,
            NormEpsilon = (double?)json["layer_norm_eps"] ?? 1e-5,
            ContextLength = (int?)json["max_position_embeddings"] ?? 2048,
            ClassCount = (int?)json["num_labels"] ?? 2,
            Precision = ReadPrecision(json, path),
        };

        int Whole(string field) =>
            (int?)json[field]
            ?? throw new InvalidDataException($"{path}: field {field} is missing.");
    }

    // Newer files call the field dtype. What float16 files hold is computed with in f32.
    private static Precision ReadPrecision(JsonObject json, string path)
    {
        string field = json[TypeField] is null ? "dtype" : TypeField;
        if (json[field] is not { } node)
        {
            return Precision.F32;
        }
        string name = node.GetValueKind() == JsonValueKind.String ? (string)node! : "";
        foreach (var type in s_types.Where(t => t.Name == name))
        {
            return type.Precision;
        }
        string[] known = [.. s_types.Select(t => t.Name)];
        throw new InvalidDataException(
            $"{path}: field {field} is {node.ToJsonString()}; allowed is one of "
                + $"{string.Join(", ", known)}.{NearestName.Hint(name, known)}"
        );
    }
}

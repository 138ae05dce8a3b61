using System.CommandLine;
using System.Globalization;
using Robustness.Compute;
using Robustness.Data;
using Robustness.Models;
using Robustness.Tokens;

namespace Robustness.Cli;

/// <summary>A model folder as the verbs use it, opened but for its weights.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Config">Its shape.</param>
/// <param name="Tokenizer">Its tokenizer.</param>
/// <param name="Origin">How it came to be.</param>
internal sealed record ModelFolder(
    string Path,
    ModelConfig Config,
    Tokenizer Tokenizer,
    ModelOrigin Origin
)
{
    /// <summary>File of the tokenizer.</summary>
    public const string TokenizerFile = "tokenizer.json";

    /// <summary>Prompts that leave room for an attack.</summary>
    public LengthLimit Limit => new(Tokenizer, Config.ContextLength);

    /// <summary>The argument that names one.</summary>
    public static Argument<string> Argument() =>
        new("model")
        {
            Description = "A folder with config.json, model.safetensors and tokenizer.json.",
        };

    /// <summary>Opens a folder, or notes what is wrong with it and returns null.</summary>
    public static ModelFolder? Open(string? path, List<string> faults)
    {
        if (path is null)
        {
            return null; // the missing argument is told as such
        }
        if (!Directory.Exists(path))
        {
            faults.Add($"{path}: there is no such folder.");
            return null;
        }
        if (!File.Exists(System.IO.Path.Combine(path, Checkpoint.WeightsFile)))
        {
            faults.Add(
                $"{System.IO.Path.Combine(path, Checkpoint.WeightsFile)}: the file is missing."
            );
            return null;
        }
        try
        {
            var config = Checkpoint.LoadConfig(path);
            var tokenizer = Tokenizer.Load(path);
            if (tokenizer.VocabularySize > config.VocabularySize)
            {
                faults.Add(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{path}: {TokenizerFile} has {tokenizer.VocabularySize} tokens, "
                            + $"{Checkpoint.ConfigFile} room for {config.VocabularySize}."
                    )
                );
                return null;
            }
            return new ModelFolder(path, config, tokenizer, ModelOrigin.Find(path));
        }
        catch (Exception e) when (e is DataException or InvalidDataException)
        {
            faults.Add(e.Message);
            return null;
        }
    }

    /// <summary>Its weights.</summary>
    public ModelParameters Load(IBackend backend) => Checkpoint.Load(backend, Path);
}

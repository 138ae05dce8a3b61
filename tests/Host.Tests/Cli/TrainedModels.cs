using NUnit.Framework;

namespace Robustness.Tests.Cli;

/// <summary>
/// Two models that the command line trained in a second: <c>tiny</c>, and <c>words</c>, tiny
/// fine-tuned on word-length.
/// </summary>
internal sealed class TrainedModels : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>Trains both.</summary>
    public TrainedModels()
    {
        CommandRun.Good(["train", "--out", Tiny, .. Scratch]);
        CommandRun.Good(["train", Tiny, "--out", Words, .. FineTuning]);
    }

    /// <summary>Settings of tiny, those of the tiny study's first size.</summary>
    public static string[] Scratch { get; } =
        Split(
            "--width 16 --layers 1 --heads 1 --context 128 --rotary-base 100 "
                + "--initialization fan_in --learning-rate 5e-3 --steps 8 --batch 4 --threads 1"
        );

    /// <summary>Settings of words, those of the tiny study.</summary>
    public static string[] FineTuning { get; } =
        Split(
            "--task word-length --instructions short --rows-per-split 600 --steps 4 --batch 4 "
                + "--optimizer adamw --learning-rate 1e-3 --threads 1"
        );

    /// <summary>The pretrained model.</summary>
    public string Tiny => Of("tiny");

    /// <summary>The classifier.</summary>
    public string Words => Of("words");

    /// <summary>A path beside them.</summary>
    public string Of(string name) => _folder.Of(name);

    /// <summary>The bytes of a model's weights.</summary>
    public static byte[] Weights(string folder) =>
        File.ReadAllBytes(Path.Combine(folder, "model.safetensors"));

    /// <summary>Words of a command line without quotes.</summary>
    public static string[] Split(string arguments) =>
        arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Runs a command and compares its rounded JSON with a committed file.</summary>
    public static CommandRun CheckGolden(string name, params IEnumerable<string> arguments)
    {
        var run = CommandRun.Good(arguments);
        Reporting.GoldenFile.Check(name, RoundedJson.Of(run.Output), "Cli");
        return run;
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();
}

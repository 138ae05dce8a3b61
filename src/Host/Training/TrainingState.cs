using System.Text.Json;
using Robustness.Compute;
using Robustness.Models;

namespace Robustness.Training;

/// <summary>
/// A training stage as it stands between two steps, on disk: weights, moments, and the sums
/// that its outcome is made of. Random streams are keyed and have no position to save.
/// </summary>
internal sealed class TrainingState(string folder, IBackend backend)
{
    private const string TensorFile = "state.safetensors";
    private const string NumberFile = "state.json";

    /// <summary>Writes the tensors under a name of their step, then points to them.</summary>
    public void Save(ParameterSet weights, Optimizer optimizer, TrainingNumbers numbers)
    {
        Directory.CreateDirectory(folder);
        string file = $"{numbers.Step}.{TensorFile}";
        WriteTensors(backend, Path.Combine(folder, file), weights, optimizer);
        string path = Path.Combine(folder, NumberFile);
        File.WriteAllText(path + ".tmp", JsonSerializer.Serialize(numbers));
        File.Move(path + ".tmp", path, true);
        foreach (string old in Directory.EnumerateFiles(folder, "*." + TensorFile))
        {
            if (Path.GetFileName(old) != file)
            {
                File.Delete(old);
            }
        }
    }

    /// <summary>Restores what was saved; null when there is nothing whole to go on from.</summary>
    public TrainingNumbers? Load(ParameterSet weights, Optimizer optimizer)
    {
        string path = Path.Combine(folder, NumberFile);
        if (!File.Exists(path))
        {
            return null;
        }
        try
        {
            var numbers = JsonSerializer.Deserialize<TrainingNumbers>(File.ReadAllText(path));
            string file = Path.Combine(folder, $"{numbers.Step}.{TensorFile}");
            return ReadTensors(backend, file, weights, optimizer) ? numbers : null;
        }
        catch (Exception exception)
            when (exception is JsonException or InvalidDataException or IOException)
        {
            return null; // an incomplete state is no state: the stage begins again
        }
    }

    /// <summary>The stage is done: its state is of no more use.</summary>
    public void Delete()
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, true);
        }
    }

    /// <summary>Writes weights and moments, whole or not at all.</summary>
    public static void WriteTensors(
        IBackend backend,
        string path,
        ParameterSet weights,
        Optimizer optimizer
    )
    {
        var tensors = new List<(string, int[], float[])>();
        foreach (var (name, tensor) in Tensors(weights, optimizer))
        {
            var values = new float[tensor.Count];
            backend.Download(values.AsSpan(), tensor);
            tensors.Add((name, [values.Length], values));
        }
        Safetensors.Write(path, tensors);
    }

    /// <summary>
    /// Restores weights and moments; false, and nothing changed, when one is missing.
    /// </summary>
    public static bool ReadTensors(
        IBackend backend,
        string path,
        ParameterSet weights,
        Optimizer optimizer
    )
    {
        var tensors = Safetensors.Read(path);
        var wanted = Tensors(weights, optimizer).ToList();
        if (
            !wanted.All(w =>
                tensors.TryGetValue(w.Name, out var found)
                && found.Values.LongLength == w.Tensor.Count
            )
        )
        {
            return false;
        }
        foreach (var (name, tensor) in wanted)
        {
            backend.Upload<float>(tensor, tensors[name].Values);
        }
        return true;
    }

    private static IEnumerable<(string Name, Tensor Tensor)> Tensors(
        ParameterSet weights,
        Optimizer optimizer
    ) => weights.All.Select(n => (n.Name, n.Tensor)).Concat(optimizer.Moments());
}

/// <summary>The numbers of a training stage between two steps.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="TokenCount">Tokens trained on.</param>
/// <param name="TailLossSum">Sum of step losses over the last tenth.</param>
/// <param name="TailStepCount">Steps in that sum.</param>
/// <param name="ExecutedFlops">So far.</param>
/// <param name="DecayStep">Where a gate let the learning rate begin to fall, or null.</param>
/// <param name="GatePassed">Whether the probes were passed there, not the cap reached.</param>
internal readonly record struct TrainingNumbers(
    int Step,
    long TokenCount,
    double TailLossSum,
    int TailStepCount,
    long ExecutedFlops,
    int? DecayStep = null,
    bool GatePassed = false
);

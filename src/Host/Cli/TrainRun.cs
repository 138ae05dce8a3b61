using System.Globalization;
using System.Text.Json.Nodes;
using Robustness.Compute;
using Robustness.Models;
using Robustness.Results;
using Robustness.Training;

namespace Robustness.Cli;

/// <summary>
/// One <c>train</c>. Everything is written beside the wanted folder, which appears whole when the
/// training is done; until then the folder beside it keeps what an interrupted training needs.
/// </summary>
internal sealed class TrainRun(Terminal terminal, TrainingRequest request, TimeProvider time)
{
    private const string StateFolder = "state";
    private const string RequestFile = "request.json";
    private static readonly TimeSpan s_tellInterval = TimeSpan.FromSeconds(1);

    private readonly JsonObject _settings = request.Settings;
    private readonly RunKey _key = RunKey.Create(request.Stage, request.Settings);

    /// <summary>Where the model goes.</summary>
    public required string Folder { get; init; }

    /// <summary>Print the outcome on standard output.</summary>
    public required bool Json { get; init; }

    private string Partial => Path.TrimEndingDirectorySeparator(Folder) + AtomicFile.PartialSuffix;

    private string State => Path.Combine(Partial, StateFolder);

    public int Run(Func<IBackend> createBackend)
    {
        if (Path.Exists(Folder))
        {
            return TellDone();
        }
        request.Prepare(terminal);
        terminal.Say($"precision: {request.Precision.Name()}");
        using (var held = Claim())
        {
            using var backend = createBackend();
            var (model, outcome) = request.Run(backend, Context(), terminal);
            using (model)
            {
                Save(model, outcome);
            }
        }
        Directory.Delete(State, recursive: true);
        Directory.Move(Partial, Folder);
        return TellDone();
    }

    // The folder is there: it is this training's, or in the way.
    private int TellDone()
    {
        string path = Path.Combine(Folder, ModelOrigin.FileName);
        if (!File.Exists(path) || ModelOrigin.Find(Folder).Key != _key)
        {
            throw new InputFaultException(
                $"{Folder}: it is there already and not this training's. Name another with --out."
            );
        }
        var record = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        terminal.Say($"{request.Describe(record["outcome"]!)} Model: {Folder}");
        if (Json)
        {
            record.Insert(0, "model", Folder);
            terminal.Output.WriteLine(record.ToJsonString(JsonText.Indented));
        }
        return 0;
    }

    // What cannot be written, or belongs to another training, is found here, before any work.
    private StoreLock Claim()
    {
        try
        {
            Directory.CreateDirectory(State);
            var held =
                StoreLock.TryAcquire(State, null, out string holder)
                ?? throw new InputFaultException(
                    $"{Partial}: {holder} is training there. Wait until it ends, or name another "
                        + "folder with --out."
                );
            try
            {
                Compare(Path.Combine(State, RequestFile));
                return held;
            }
            catch
            {
                held.Dispose();
                throw;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputFaultException($"{Folder}: the model cannot be written: {e.Message}");
        }
    }

    private void Compare(string path)
    {
        if (!File.Exists(path))
        {
            AtomicFile.WriteText(path, _settings.ToJsonString(JsonText.Indented) + "\n");
            return;
        }
        var there = JsonNode.Parse(File.ReadAllText(path));
        var differences = SettingDifference.Find(there, _settings);
        if (differences.Count > 0)
        {
            throw new InputFaultException([
                .. differences.Select(d => $"{Partial}: belongs to another training: {d}"),
            ]);
        }
        terminal.Say($"Going on with what {Partial} holds.");
    }

    private TrainingContext Context()
    {
        long told = time.GetTimestamp();
        return new TrainingContext(
            request.Seed,
            _key.Hex,
            State,
            p =>
            {
                if (time.GetElapsedTime(told) > s_tellInterval || p.Step == p.StepCount)
                {
                    told = time.GetTimestamp();
                    terminal.Say(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"step {p.Step}/{p.StepCount}, loss {p.Loss:0.000}"
                        )
                    );
                }
            },
            time,
            terminal.Cancellation
        );
    }

    private void Save(ModelParameters model, JsonNode outcome)
    {
        Checkpoint.Save(Partial, model);
        request.Tokenizer.Save(Path.Combine(Partial, ModelFolder.TokenizerFile));
        var record = new JsonObject
        {
            ["format"] = RunRecord.FormatVersion,
            ["stage"] = request.Stage,
            ["key"] = _key.Hex,
            ["settings"] = _settings.DeepClone(),
            ["outcome"] = outcome,
            ["files"] = WeightHashes(),
        };
        if (request.TaskRecord is { } task)
        {
            record.Insert(record.IndexOf("outcome"), "task", task);
        }
        AtomicFile.WriteText(
            Path.Combine(Partial, ModelOrigin.FileName),
            record.ToJsonString(JsonText.Indented) + "\n"
        );
    }

    // The model's own, and those of the rounds that are kept.
    private JsonObject WeightHashes() =>
        new(
            Directory
                .EnumerateFiles(Partial, Checkpoint.WeightsFile, SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .Select(path =>
                    KeyValuePair.Create(
                        Path.GetRelativePath(Partial, path).Replace('\\', '/'),
                        (JsonNode?)ModelOrigin.HashOf(path)
                    )
                )
        );
}

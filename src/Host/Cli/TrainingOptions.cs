using System.CommandLine;
using Robustness.Data;
using Robustness.Results;
using Robustness.Study;
using Robustness.Tokens;
using Robustness.Training;

namespace Robustness.Cli;

/// <summary>
/// Options of <c>train</c>, under the names and defaults of the study file, and what they ask for:
/// without a model a fresh one learns to continue text, with one it is fine-tuned on a task, or
/// trained adversarially.
/// </summary>
internal sealed class TrainingOptions
{
    private readonly ShapeOptions _shape = new();
    private readonly OptimizerOptions _optimizer = new();
    private readonly GrammarOptions _grammar = new();
    private readonly GateOptions _gate = new();
    private readonly TaskOptions _task = new();
    private readonly AdversarialOptions _adversarial = new();

    private readonly Option<string?> _textFile = CheckedOption.Text(
        "--text-file",
        "A text to learn from (generated text)."
    );

    private readonly Option<int?> _window = CheckedOption.Whole(
        "--window",
        "Tokens of a window (64).",
        2
    );

    private readonly Option<long?> _tokens = CheckedOption.Long(
        "--tokens",
        "Tokens to train on, in place of --steps."
    );

    private readonly Option<int?> _steps = CheckedOption.Whole(
        "--steps",
        "Optimiser steps (1800; fine-tuning 7500).",
        1
    );

    private readonly Option<int?> _batch = CheckedOption.Whole(
        "--batch",
        "Windows or rows of a step (16; with a model 8).",
        1
    );

    private readonly Option<int?> _trainRows = CheckedOption.Whole(
        "--train-rows",
        "Training rows used: the first ones (all).",
        1
    );

    private readonly Option<double?> _chunkNoise = CheckedOption.Real(
        "--chunk-noise",
        "Share of rows whose overwritable chunk carries random text (0).",
        0,
        1
    );

    private readonly Option<long?> _seed = CheckedOption.Long("--seed", "Of all streams (0).");

    /// <summary>All of them.</summary>
    public IEnumerable<Option> All =>
        [
            .. FromScratch,
            .. FineTuning,
            .. _optimizer.All,
            _steps,
            _batch,
            _seed,
            _adversarial.Switch,
            .. _adversarial.All,
        ];

    private IEnumerable<Option> FromScratch =>
        [.. _shape.All, _textFile, .. _grammar.All, .. _gate.All, _window, _tokens];

    private IEnumerable<Option> FineTuning => [.. _task.All, _trainRows, _chunkNoise];

    /// <summary>What is asked for, or null after noting every fault.</summary>
    public TrainingRequest? Read(ParseResult parsed, string? model, List<string> faults)
    {
        int before = faults.Count;
        var folder = model is null ? null : ModelFolder.Open(model, faults);
        bool adversarial = parsed.Sound(_adversarial.Switch);
        if (model is null)
        {
            const string fineTuning = "is for fine-tuning; name the model to fine-tune too.";
            Refuse(parsed, FineTuning, fineTuning, faults);
            const string rounds = "is for a fine-tuned model; name it too.";
            Refuse(parsed, [_adversarial.Switch, .. _adversarial.All], rounds, faults);
        }
        else
        {
            const string scratch = "is for training from scratch, without a model.";
            Refuse(parsed, FromScratch, scratch, faults);
            const string steps = "--adversarial has --rounds and --epochs in its place.";
            Refuse(parsed, adversarial ? [_steps] : [], steps, faults);
            const string rounds = "is for --adversarial; give that too.";
            Refuse(parsed, adversarial ? [] : _adversarial.All, rounds, faults);
        }
        TrainingRequest? request =
            model is null ? ReadPretraining(parsed, faults)
            : adversarial ? ReadAdversarial(parsed, folder, faults)
            : ReadFineTuning(parsed, folder, faults);
        return faults.Count == before ? request : null;
    }

    private static void Refuse(
        ParseResult parsed,
        IEnumerable<Option> options,
        string reason,
        List<string> faults
    ) =>
        faults.AddRange(
            options
                .Where(o => parsed.GetResult(o) is { Implicit: false })
                .Select(o => $"{o.Name}: {reason}")
        );

    private PretrainingRequest ReadPretraining(ParseResult parsed, List<string> faults)
    {
        var standard = new PretrainingSettings();
        var size = _shape.Read(parsed, faults);
        int batch = parsed.Sound(_batch) ?? standard.BatchSize;
        int window = parsed.Sound(_window) ?? standard.WindowLength;
        int steps = parsed.Sound(_steps) ?? standard.StepCount;
        if (parsed.Sound(_tokens) is { } tokens)
        {
            if (parsed.Sound(_steps) is not null)
            {
                faults.Add("--tokens: found both --tokens and --steps; allowed: one of them.");
            }
            long perStep = (long)batch * window;
            steps = (int)Math.Clamp((tokens + perStep - 1) / perStep, 1, int.MaxValue);
        }
        if (window > size.Model.ContextLength)
        {
            faults.Add(
                FormattableString.Invariant($"--window: found {window}; allowed: up to --context, ")
                    + FormattableString.Invariant($"{size.Model.ContextLength}.")
            );
        }
        string? text = parsed.Sound(_textFile);
        if (text is not null && !File.Exists(text))
        {
            faults.Add($"{text}: there is no such file.");
        }
        var optimizer = _optimizer.Read(parsed, standard.Optimizer);
        var settings = new PretrainingSettings
        {
            StepCount = steps,
            BatchSize = batch,
            WindowLength = window,
            Gate = _gate.Read(parsed, steps, optimizer.Schedule, text, faults),
            Optimizer = optimizer,
        };
        return new PretrainingRequest(
            size,
            new PretrainingConfig(null, settings, _grammar.Read(parsed, faults), 0, text),
            parsed.Sound(_seed) ?? 0
        );
    }

    private FineTuningRequest? ReadFineTuning(
        ParseResult parsed,
        ModelFolder? folder,
        List<string> faults
    )
    {
        var standard = new FineTuningSettings();
        var task = _task.Read(parsed, folder, faults);
        return folder is null
            ? null
            : new FineTuningRequest(
                folder,
                task with
                {
                    TrainCount = parsed.Sound(_trainRows) ?? task.TrainCount,
                },
                new FineTuningSettings
                {
                    StepCount = parsed.Sound(_steps) ?? standard.StepCount,
                    BatchSize = parsed.Sound(_batch) ?? standard.BatchSize,
                    ChunkNoise = parsed.Sound(_chunkNoise) ?? standard.ChunkNoise,
                    Optimizer = _optimizer.Read(parsed, standard.Optimizer),
                },
                parsed.Sound(_seed) ?? 0
            );
    }

    private AdversarialRequest? ReadAdversarial(
        ParseResult parsed,
        ModelFolder? folder,
        List<string> faults
    )
    {
        var task = _task.Read(parsed, folder, faults);
        var settings = _adversarial.Read(parsed, folder, faults);
        var fineTuning = folder?.Origin.Settings["training"];
        return folder is null
            ? null
            : new AdversarialRequest(
                folder,
                task with
                {
                    TrainCount = parsed.Sound(_trainRows) ?? task.TrainCount,
                },
                settings with
                {
                    BatchSize = parsed.Sound(_batch) ?? settings.BatchSize,
                    ChunkNoise =
                        parsed.Sound(_chunkNoise) ?? (double?)fineTuning?["chunk_noise"] ?? 0,
                    Optimizer = _optimizer.Read(parsed, settings.Optimizer),
                },
                parsed.Sound(_seed) ?? 0
            );
    }
}

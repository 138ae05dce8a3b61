using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Robustness.Attacks;
using Robustness.Data;
using Robustness.Models;
using Robustness.Results;
using Robustness.Training;

namespace Robustness.Study;

/// <summary>
/// The scientific settings of each stage as JSON: what their run keys are the hash of. Files are
/// named by the hash of their content; what changes no result is left out.
/// </summary>
internal static class StageSettings
{
    /// <summary>Without model and seed: the point of the grid itself.</summary>
    public static JsonObject Pretraining(PretrainingConfig config) =>
        new()
        {
            ["text"] = new JsonObject
            {
                ["grammar"] = JsonText.ToObject(config.Grammar),
                ["word_seed"] = config.WordSeed,
                ["file"] = FileHash(config.TextPath),
            },
            ["training"] = JsonText.ToObject(config.Settings),
            ["seed"] = config.Seed,
        };

    public static JsonObject Pretraining(SizeConfig size, PretrainingConfig config, long seed)
    {
        var settings = Pretraining(config);
        settings["model"] = Model(size);
        settings["training"] = JsonText.ToObject(SettingsOf(size, config));
        settings["seed"] = seed;
        return settings;
    }

    public static JsonObject FineTuning(
        RunKey pretraining,
        TaskSettings task,
        FineTuningSettings settings,
        long seed
    ) =>
        new()
        {
            ["pretraining"] = pretraining.Hex,
            ["task"] = Task(task),
            ["training"] = JsonText.ToObject(settings),
            ["seed"] = seed,
        };

    /// <summary>
    /// The evaluation of a fine-tuned model, or of a round of adversarial training.
    /// </summary>
    public static JsonObject Evaluation(
        RunKey model,
        int round,
        EvaluationConfig evaluation,
        AttackSettings attack
    )
    {
        var settings = new JsonObject
        {
            [round == 0 ? "fine_tuning" : "adversarial_training"] = model.Hex,
            ["rows"] = evaluation.RowCount,
            ["attacked_rows"] = evaluation.AttackedRowCount,
            ["attack"] = Attack(attack),
        };
        if (round > 0)
        {
            settings["round"] = round;
        }
        return settings;
    }

    public static JsonObject AdversarialTraining(
        RunKey fineTuning,
        AdversarialTrainingSettings training,
        long seed
    ) =>
        new()
        {
            ["fine_tuning"] = fineTuning.Hex,
            ["training"] = Training(training),
            ["seed"] = seed,
        };

    /// <summary>Without the rounds that are kept: they change no result.</summary>
    public static JsonObject Training(AdversarialTrainingSettings training)
    {
        var settings = JsonText.ToObject(training);
        settings.Remove("keep_every");
        if (!training.Balanced)
        {
            settings.Remove("balanced"); // as before there was such a setting
        }
        var attack = Attack(training.Attack);
        attack.Remove("iterations");
        settings["attack"] = attack;
        return settings;
    }

    /// <summary>The settings of a size's pretraining, its own rate in place.</summary>
    public static PretrainingSettings SettingsOf(SizeConfig size, PretrainingConfig config) =>
        size.PretrainingRate is { } rate
            ? config.Settings with
            {
                Optimizer = config.Settings.Optimizer with { LearningRate = rate },
            }
            : config.Settings;

    public static JsonObject Model(SizeConfig size)
    {
        var settings = Model(size.Model);
        if (size.Tokenizer.Kind == TokenizerKind.Bpe)
        {
            // The text, named beside, and the vocabulary's size settle the rest.
            settings["tokenizer"] = JsonText.ToNode(size.Tokenizer.Kind);
        }
        return settings;
    }

    private static JsonObject Model(ModelConfig model)
    {
        var settings = new JsonObject
        {
            ["vocabulary_size"] = model.VocabularySize,
            ["width"] = model.Width,
            ["layers"] = model.LayerCount,
            ["heads"] = model.HeadCount,
            ["feed_forward"] = model.FeedForward,
            ["rotary_share"] = model.RotaryShare,
            ["rotary_base"] = model.RotaryBase,
            ["norm_epsilon"] = model.NormEpsilon,
            ["context"] = model.ContextLength,
            ["classes"] = model.ClassCount,
            ["initialization"] = JsonText.ToNode(model.Initialization),
        };
        if (model.Precision != Precision.F32)
        {
            settings["precision"] = JsonText.ToNode(model.Precision);
        }
        return settings;
    }

    /// <summary>The settings of an attack that its results depend on.</summary>
    public static JsonObject Attack(AttackSettings attack)
    {
        var settings = new JsonObject
        {
            ["name"] = AttackNames.NameOf(attack.Kind),
            ["position"] = AttackNames.NameOf(attack.Position),
            ["tokens"] = attack.TokenCount,
            ["iterations"] = attack.IterationCount,
            ["seed"] = attack.Seed,
        };
        if (attack.Kind == AttackKind.Gcg)
        {
            settings["candidates"] = attack.CandidateCount;
            settings["top_k"] = attack.TopK;
        }
        return settings;
    }

    public static JsonObject Task(TaskSettings task)
    {
        var settings = JsonText.ToObject(
            task with
            {
                WordsPath = null,
                ValidationCount = null,
                Text = null,
            }
        );
        settings["words_path"] = FileHash(task.WordsPath);
        if (task.Text is { } text)
        {
            var files = JsonText.ToObject(text);
            files["train_path"] = FileHash(text.TrainPath);
            files["validation_path"] = FileHash(text.ValidationPath);
            settings["text"] = files;
        }
        return settings;
    }

    private static string? FileHash(string? path)
    {
        if (path is null)
        {
            return null;
        }
        if (!File.Exists(path))
        {
            throw new InputFaultException($"{path}: the file is missing.");
        }
        using var stream = File.OpenRead(path);
        return "sha256:" + Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}

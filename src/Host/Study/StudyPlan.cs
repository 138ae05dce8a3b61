using System.Globalization;
using System.Text.Json.Nodes;
using Robustness.Attacks;
using Robustness.Results;
using Robustness.Tokens;
using Robustness.Training;

namespace Robustness.Study;

/// <summary>
/// The stages of a study and what each needs: a grid of pretraining, fine-tuning and evaluation.
/// Equal settings make one stage, however many points of the grid use it.
/// </summary>
public sealed partial class StudyPlan
{
    private readonly Dictionary<RunKey, Stage> _stages = [];

    private StudyPlan(StudyConfig config, Tokenizer tokenizer, IReadOnlyList<StudyTask> tasks)
    {
        Config = config;
        Tokenizer = tokenizer;
        Tasks = tasks;
    }

    /// <summary>The study.</summary>
    public StudyConfig Config { get; }

    /// <summary>The tokenizer of all its models.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>Its tasks with their rows.</summary>
    public IReadOnlyList<StudyTask> Tasks { get; }

    /// <summary>All stages, each after those it needs.</summary>
    public IReadOnlyCollection<Stage> Stages => _stages.Values;

    /// <summary>The stage of a key.</summary>
    public Stage this[RunKey key] => _stages[key];

    /// <summary>Reads the tasks' rows and lays out the stages.</summary>
    public static StudyPlan Create(StudyConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var model = config.Sizes[0].Model;
        Tokenizer tokenizer =
            model.VocabularySize == ByteTokenizer.Ascii.VocabularySize
                ? ByteTokenizer.Ascii
                : ByteTokenizer.Full;
        var tasks = config.Tasks.Select(t =>
            StudyTask.Load(t, tokenizer, model.ContextLength, config.Evaluation.RowCount)
        );
        var plan = new StudyPlan(config, tokenizer, [.. tasks]);
        foreach (var size in config.Sizes)
        {
            for (int s = 0; s < config.Seeds.Count; s++)
            {
                plan.AddPretraining(size, s);
            }
        }
        return plan;
    }

    /// <summary>The study's settings for <c>study.json</c>.</summary>
    public JsonObject Describe()
    {
        var study = new JsonObject
        {
            ["name"] = Config.Name,
            ["family"] = Config.Family,
            ["seeds"] = JsonText.ToNode(Config.Seeds),
            ["sizes"] = new JsonArray([
                .. Config.Sizes.Select(s =>
                {
                    var model = StageSettings.Model(s.Model);
                    model["name"] = s.Name;
                    model["pretraining_rate"] = s.PretrainingRate;
                    return (JsonNode)model;
                }),
            ]),
            ["pretraining"] = Points(Config.Pretraining, StageSettings.Pretraining),
            ["tasks"] = new JsonArray([.. Config.Tasks.Select(t => StageSettings.Task(t))]),
            ["fine_tuning"] = Points(Config.FineTuning, JsonText.ToObject),
            ["attacks"] = Points(Config.Attacks, StageSettings.Attack),
            ["evaluation"] = JsonText.ToNode(Config.Evaluation),
        };
        if (Config.Adversarial.Count > 0)
        {
            study["adversarial_training"] = new JsonArray([
                .. Config.Adversarial.Select(DescribeArm),
            ]);
        }
        return study;
    }

    /// <summary>The plan as it is written beside the study.</summary>
    public IReadOnlyList<PlannedRun> ToPlannedRuns() =>
        [
            .. Stages.Select(s => new PlannedRun
            {
                Key = s.Key.Hex,
                Stage = s.Name,
                Label = s.Label,
                Inputs = [.. s.Inputs.Select(k => k.Hex)],
                EstimatedFlops = s.Flops,
                Labels = s.Labels,
                FurtherLabels = s.FurtherLabels,
            }),
        ];

    private static JsonArray Points<T>(IReadOnlyList<Variant<T>> grid, Func<T, JsonObject> show) =>
        new([
            .. grid.Select(point =>
            {
                var settings = show(point.Value);
                settings["label"] = point.Label;
                return (JsonNode)settings;
            }),
        ]);

    private void AddPretraining(SizeConfig size, int seedIndex)
    {
        foreach (var variant in Config.Pretraining)
        {
            long seed = variant.Value.Seed ?? Config.Seeds[seedIndex];
            var settings = StageSettings.Pretraining(size, variant.Value, seed);
            var labels = new RunLabels
            {
                ModelFamily = Joined(Config.Family, variant.Label),
                ModelSize = size.Name,
                ModelShape = [size.Model.Width, size.Model.LayerCount, size.Model.HeadCount],
                ParameterCount = size.Model.ClassifierParameterCount,
                NonEmbeddingParameterCount = size.Model.NonEmbeddingParameterCount,
                SeedIndex = seedIndex,
            };
            var stage = new PretrainingStage(size, variant.Value, seed)
            {
                Key = RunKey.Create(StageNames.Pretraining, settings),
                Settings = settings,
                Tokenizer = Tokenizer,
                Inputs = [],
                Labels = labels,
                Label = Words(size.Name, variant.Label, "seed", seed),
                Flops = StageCost.Pretraining(
                    size.Model,
                    StageSettings.SettingsOf(size, variant.Value)
                ),
            };
            _stages.TryAdd(stage.Key, stage);
            foreach (var task in Tasks)
            {
                AddFineTuning(size, stage.Key, labels, task);
            }
        }
    }

    private void AddFineTuning(
        SizeConfig size,
        RunKey pretraining,
        RunLabels parent,
        StudyTask task
    )
    {
        long seed = Config.Seeds[parent.SeedIndex];
        foreach (var variant in Config.FineTuning)
        {
            var settings = StageSettings.FineTuning(
                pretraining,
                task.Settings,
                variant.Value,
                seed
            );
            var labels = parent with
            {
                ModelFamily = Joined(parent.ModelFamily, variant.Label),
                Task = task.Settings.Name,
                ClassNames = task.Rows.ClassNames,
                ChunkNoise = variant.Value.ChunkNoise,
                ValidationRowCount = task.Rows.Validation.Count,
            };
            var stage = new FineTuningStage(task, variant.Value, seed)
            {
                Key = RunKey.Create(StageNames.FineTuning, settings),
                Settings = settings,
                Tokenizer = Tokenizer,
                Inputs = [pretraining],
                Labels = labels,
                Label = Words(size.Name, task.Settings.Name, variant.Label, "seed", seed),
                Flops = StageCost.FineTuning(size.Model, variant.Value, task),
            };
            _stages.TryAdd(stage.Key, stage);
            foreach (var attack in Config.Attacks)
            {
                AddEvaluation(
                    size,
                    new Evaluated(stage, task, 0),
                    labels,
                    Config.Evaluation,
                    attack
                );
            }
            AddAdversarial(size, stage);
        }
    }

    private void AddEvaluation(
        SizeConfig size,
        Evaluated model,
        RunLabels parent,
        EvaluationConfig evaluation,
        Variant<AttackSettings> attack
    )
    {
        var settings = StageSettings.Evaluation(
            model.Stage.Key,
            model.Round,
            evaluation,
            attack.Value
        );
        var labels = parent with
        {
            Attack = attack.Label,
            Position = AttackNames.NameOf(attack.Value.Position),
            AttackSeed = attack.Value.Seed,
            Round = model.Round,
        };
        string round = model.Round == 0 ? "" : Words(" round", model.Round);
        var stage = new EvaluationStage(model.Task, evaluation, attack.Value)
        {
            Round = model.Round,
            Key = RunKey.Create(StageNames.Evaluation, settings),
            Settings = settings,
            Tokenizer = model.Stage.Tokenizer,
            Inputs = [model.Stage.Key],
            Labels = labels,
            Label = $"{model.Stage.Label}{round}, {attack.Label}",
            Flops = StageCost.Evaluation(size.Model, evaluation, attack.Value, model.Task),
        };
        if (!_stages.TryAdd(stage.Key, stage))
        {
            AddLabels(stage.Key, labels);
        }
    }

    // The same work in another place of the tables.
    private void AddLabels(RunKey key, RunLabels labels)
    {
        var known = _stages[key];
        if (known.Labels != labels && !known.FurtherLabels.Contains(labels))
        {
            _stages[key] = known with { FurtherLabels = [.. known.FurtherLabels, labels] };
        }
    }

    private static string Joined(string name, string label) =>
        label.Length == 0 ? name : $"{name}-{label}";

    private static string Words(params object[] parts) =>
        string.Join(
            ' ',
            parts
                .Select(p => Convert.ToString(p, CultureInfo.InvariantCulture))
                .Where(p => !string.IsNullOrEmpty(p))
        );

    // A model that is evaluated: that of a fine-tuning, or of a round of adversarial training.
    private sealed record Evaluated(Stage Stage, StudyTask Task, int Round);
}

using System.Globalization;
using System.Text.Json.Nodes;
using Robustness.Attacks;
using Robustness.Models;
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

    private readonly StudyTokenizers _tokenizers = new();
    private readonly HashSet<(string? Path, int Window, Tokenizer Tokenizer)> _readTexts = [];
    private readonly Dictionary<(Tokenizer, int), IReadOnlyList<StudyTask>> _tasks = [];

    private StudyPlan(StudyConfig config) => Config = config;

    /// <summary>The study.</summary>
    public StudyConfig Config { get; }

    /// <summary>Its tasks with their rows, as often as tokenizers and contexts differ.</summary>
    public IEnumerable<StudyTask> Tasks => _tasks.Values.SelectMany(t => t);

    /// <summary>All stages, each after those it needs.</summary>
    public IReadOnlyCollection<Stage> Stages => _stages.Values;

    /// <summary>The stage of a key.</summary>
    public Stage this[RunKey key] => _stages[key];

    /// <summary>Reads the tasks' rows and lays out the stages.</summary>
    public static StudyPlan Create(StudyConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var plan = new StudyPlan(config);
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
                    var model = StageSettings.Model(s);
                    model["name"] = s.Name;
                    model["label"] = s.ModelLabel.Length > 0 ? s.ModelLabel : null;
                    model["pretraining_rate"] = s.PretrainingRate;
                    return (JsonNode)model;
                }),
            ]),
            ["pretraining"] = Points(Config.Pretraining, StageSettings.Pretraining),
            ["tasks"] = Points(Config.Tasks, StageSettings.Task, t => t.Name),
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

    private static JsonArray Points<T>(
        IReadOnlyList<Variant<T>> grid,
        Func<T, JsonObject> show,
        Func<T, string?>? usualLabel = null
    ) =>
        new([
            .. grid.Select(point =>
            {
                var settings = show(point.Value);
                if (usualLabel?.Invoke(point.Value) != point.Label)
                {
                    settings["label"] = point.Label;
                }
                return (JsonNode)settings;
            }),
        ]);

    private IReadOnlyList<StudyTask> TasksFor(Tokenizer tokenizer, ModelConfig model)
    {
        var kind = (tokenizer, model.ContextLength);
        if (!_tasks.TryGetValue(kind, out var tasks))
        {
            tasks = _tasks[kind] = [
                .. Config.Tasks.Select(t =>
                    StudyTask.Load(
                        t.Label,
                        t.Value,
                        tokenizer,
                        model.ContextLength,
                        Config.Evaluation.RowCount
                    )
                ),
            ];
        }
        return tasks;
    }

    private void Add(Stage stage)
    {
        if (!_stages.TryAdd(stage.Key, stage))
        {
            RefuseTwoNames(_stages[stage.Key], stage);
        }
    }

    // Models of one pretraining seed share it, and a fine-tuned model is round 0 of its
    // adversarial trainings; any other points of the grid must differ.
    private void RefuseTwoNames(Stage known, Stage stage)
    {
        bool sameArm = known.Labels.TrainedAttack == stage.Labels.TrainedAttack;
        if (sameArm && NameOf(known.Labels) != NameOf(stage.Labels))
        {
            throw new InputFaultException(
                $"{Config.Name}: {known.Label} and {stage.Label} have the same settings under two "
                    + "names; allowed: each point of the grid once."
            );
        }
    }

    private static (string, string, string, string) NameOf(RunLabels labels) =>
        (labels.ModelFamily, labels.ModelSize, labels.Task, labels.Attack);

    private void AddPretraining(SizeConfig size, int seedIndex)
    {
        foreach (var variant in Config.Pretraining)
        {
            long seed = variant.Value.Seed ?? Config.Seeds[seedIndex];
            var settings = StageSettings.Pretraining(size, variant.Value, seed);
            var tokenizer = _tokenizers.For(size.Tokenizer, variant.Value);
            int window = variant.Value.Settings.WindowLength;
            if (_readTexts.Add((variant.Value.TextPath, window, tokenizer)))
            {
                PretrainingText.Check(variant.Value, window, tokenizer);
            }
            var tasks = TasksFor(tokenizer, size.Model);
            var labels = new RunLabels
            {
                ModelFamily = Joined(Joined(Config.Family, size.ModelLabel), variant.Label),
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
                Tokenizer = tokenizer,
                Inputs = [],
                Labels = labels,
                Label = Words(size.Name, size.ModelLabel, variant.Label, "seed", seed),
                Flops = StageCost.Pretraining(
                    size.Model,
                    StageSettings.SettingsOf(size, variant.Value)
                ),
            };
            Add(stage);
            foreach (var task in tasks)
            {
                AddFineTuning(size, stage, labels, task);
            }
        }
    }

    private void AddFineTuning(
        SizeConfig size,
        PretrainingStage pretraining,
        RunLabels parent,
        StudyTask task
    )
    {
        long seed = Config.Seeds[parent.SeedIndex];
        string origin = parent.ModelFamily[Config.Family.Length..].TrimStart('-');
        foreach (var variant in Config.FineTuning)
        {
            var settings = StageSettings.FineTuning(
                pretraining.Key,
                task.Settings,
                variant.Value,
                seed
            );
            var labels = parent with
            {
                ModelFamily = Joined(parent.ModelFamily, variant.Label),
                Task = task.Label,
                TaskKind = task.Settings.Name,
                ClassNames = task.Rows.ClassNames,
                ChunkNoise = variant.Value.ChunkNoise,
                ValidationRowCount = task.Rows.Validation.Count,
            };
            var stage = new FineTuningStage(task, variant.Value, seed)
            {
                Key = RunKey.Create(StageNames.FineTuning, settings),
                Settings = settings,
                Tokenizer = pretraining.Tokenizer,
                Inputs = [pretraining.Key],
                Labels = labels,
                Label = Words(size.Name, origin, task.Label, variant.Label, "seed", seed),
                Flops = StageCost.FineTuning(size.Model, variant.Value, task),
            };
            Add(stage);
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
        if (_stages.TryGetValue(stage.Key, out var known))
        {
            RefuseTwoNames(known, stage);
            AddLabels(stage.Key, labels);
            return;
        }
        _stages.Add(stage.Key, stage);
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

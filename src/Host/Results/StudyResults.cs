using System.Text.Json;
using System.Text.Json.Nodes;
using Robustness.Attacks;
using Robustness.Training;

namespace Robustness.Results;

/// <summary>The finished runs of a store, joined with what the plan says of them.</summary>
public sealed class StudyResults
{
    private const string PlanName = "plan.json";

    private readonly ResultStore _store;
    private readonly Dictionary<string, RunRecord> _records;

    private StudyResults(ResultStore store, IReadOnlyList<PlannedRun> plan)
    {
        _store = store;
        Plan = plan;
        var whole = store.All(out var faults).ToDictionary(r => r.Key.Hex);
        Faults = faults;
        // A run stands on its inputs; the plan lists those first.
        _records = [];
        foreach (var run in plan.Where(p => p.Inputs.All(_records.ContainsKey)))
        {
            if (whole.TryGetValue(run.Key, out var record))
            {
                _records[run.Key] = record;
            }
        }
    }

    /// <summary>Every run of the study, in the plan's order.</summary>
    public IReadOnlyList<PlannedRun> Plan { get; }

    /// <summary>The study's settings.</summary>
    public JsonObject Study => _store.Study;

    /// <summary>What is wrong with each run that is there but not to be used.</summary>
    public IReadOnlyList<string> Faults { get; }

    /// <summary>The runs of the study that are done, with all that they stand on.</summary>
    public IEnumerable<(PlannedRun Planned, RunRecord Record)> Finished =>
        Plan.Where(p => _records.ContainsKey(p.Key)).Select(p => (p, _records[p.Key]));

    /// <summary>Writes the plan beside the study.</summary>
    public static void WritePlan(ResultStore store, IReadOnlyList<PlannedRun> plan)
    {
        ArgumentNullException.ThrowIfNull(store);
        AtomicFile.WriteText(
            Path.Combine(store.Folder, PlanName),
            JsonSerializer.Serialize(plan, JsonText.Indented) + "\n"
        );
    }

    /// <summary>Reads a store's plan and finished runs.</summary>
    public static StudyResults Read(ResultStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        string path = Path.Combine(store.Folder, PlanName);
        if (!File.Exists(path))
        {
            throw new InputFaultException($"{path}: the file is missing. Run the study first.");
        }
        try
        {
            var plan = JsonNode.Parse(File.ReadAllText(path)) ?? new JsonObject();
            return new StudyResults(store, JsonText.FromNode<List<PlannedRun>>(plan));
        }
        catch (JsonException e)
        {
            throw new InputFaultException(
                $"{path}: not a plan ({e.Message}). Run the study again."
            );
        }
    }

    /// <summary>The evaluations that are done, ready for the table.</summary>
    public IReadOnlyList<EvaluationRun> Evaluations() =>
        [
            .. Finished
                .Where(f => f.Planned.Stage == StageNames.Evaluation)
                .Where(f => f.Record.Outcome["skipped"] is null)
                .SelectMany(f =>
                    f.Planned.FurtherLabels.Prepend(f.Planned.Labels)
                        .Select(labels => Evaluation(labels, f.Record))
                ),
        ];

    /// <summary>The adversarial trainings that are done, ready for the table.</summary>
    public IReadOnlyList<TrainingRun> Trainings() =>
        [
            .. Finished
                .Where(f => f.Planned.Stage == StageNames.AdversarialTraining)
                .Select(f => Training(f.Planned.Labels, f.Record)),
        ];

    /// <summary>The traces of a finished evaluation.</summary>
    public IReadOnlyList<AttackTrace> Traces(PlannedRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return TraceReader.Read(
            Path.Combine(_store.RunFolder(new RunKey(run.Key)), TraceTable.FileName + ".parquet")
        );
    }

    private TrainingRun Training(RunLabels labels, RunRecord record)
    {
        var fineTuning = Ancestor(record, StageNames.FineTuning);
        return new TrainingRun
        {
            Key = record.Key,
            Labels = labels,
            Seed = JsonText.FromNode<long>(record.Settings["seed"]!),
            PretrainingFlops = PaperFlops(Ancestor(fineTuning, StageNames.Pretraining)),
            FineTuningFlops = PaperFlops(fineTuning),
            Outcome = JsonText.FromNode<AdversarialOutcome>(record.Outcome),
        };
    }

    private RunRecord Ancestor(RunRecord record, string stage)
    {
        var ancestor = _records[record.Inputs[0].Hex];
        return ancestor.Stage == stage ? ancestor : Ancestor(ancestor, stage);
    }

    private EvaluationRun Evaluation(RunLabels labels, RunRecord record)
    {
        var fineTuning = Ancestor(record, StageNames.FineTuning);
        var pretraining = Ancestor(fineTuning, StageNames.Pretraining);
        return new EvaluationRun
        {
            Key = record.Key,
            ModelFamily = labels.ModelFamily,
            Task = labels.Task,
            Attack = labels.Attack,
            Position = labels.Position,
            TrainedAttack = labels.TrainedAttack,
            TrainedPosition = labels.TrainedPosition,
            Round = labels.Round,
            ModelSize = labels.ModelSize,
            ParameterCount = labels.ParameterCount,
            SeedIndex = labels.SeedIndex,
            AttackSeed = labels.AttackSeed,
            ChunkNoise = labels.ChunkNoise,
            PretrainingFlops = PaperFlops(pretraining),
            FineTuningFlops = PaperFlops(fineTuning),
            ValidationRowCount = labels.ValidationRowCount,
            Outcome = JsonText.FromNode<EvaluationOutcome>(record.Outcome),
        };
    }

    private static double PaperFlops(RunRecord record) =>
        (double)JsonText.FromNode<UInt128>(record.Outcome["paper_flops"]!);
}

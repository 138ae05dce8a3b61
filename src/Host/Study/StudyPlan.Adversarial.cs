using System.Globalization;
using System.Text.Json.Nodes;
using Robustness.Results;
using Robustness.Training;

namespace Robustness.Study;

public sealed partial class StudyPlan
{
    private void AddAdversarial(SizeConfig size, FineTuningStage fineTuned)
    {
        foreach (var arm in Config.Adversarial)
        {
            if (!arm.Rounds.ContainsKey(size.Name) || !arm.Tasks.Contains(fineTuned.Labels.Task))
            {
                continue;
            }
            AddArm(size, fineTuned, arm, control: false);
            if (arm.ControlSizes.Contains(size.Name))
            {
                AddArm(size, fineTuned, arm, control: true);
            }
        }
    }

    private void AddArm(
        SizeConfig size,
        FineTuningStage fineTuned,
        AdversarialConfig arm,
        bool control
    )
    {
        var training = arm.Of(size.Name, fineTuned.Training, control);
        RefuseFaults(training, arm, fineTuned.Task);
        var settings = StageSettings.AdversarialTraining(fineTuned.Key, training, fineTuned.Seed);
        var labels = fineTuned.Labels with
        {
            TrainedAttack = arm.LabelOf(control),
            TrainedPosition = AttackNames.NameOf(training.Attack.Position),
        };
        var stage = new AdversarialTrainingStage(fineTuned.Task, training, fineTuned.Seed)
        {
            Key = RunKey.Create(StageNames.AdversarialTraining, settings),
            Settings = settings,
            Tokenizer = fineTuned.Tokenizer,
            Inputs = [fineTuned.Key],
            Labels = labels,
            Label = $"{fineTuned.Label}, trained on {labels.TrainedAttack}",
            Flops = StageCost.AdversarialTraining(size.Model, training, fineTuned.Task),
        };
        if (!_stages.TryAdd(stage.Key, stage))
        {
            AddLabels(stage.Key, labels);
        }
        foreach (int round in arm.EvaluatedRounds.Of(training.RoundCount))
        {
            Stage model = round == 0 ? fineTuned : stage;
            foreach (var attack in arm.Evaluations)
            {
                var evaluated = new Evaluated(model, fineTuned.Task, round);
                AddEvaluation(size, evaluated, labels, arm.Evaluation, attack);
            }
        }
    }

    // What can only be known once the rows are read.
    private static void RefuseFaults(
        AdversarialTrainingSettings training,
        AdversarialConfig arm,
        StudyTask task
    )
    {
        var faults = AdversarialFaults.Of(training, task.Rows.Train.Count);
        if (faults.Count > 0)
        {
            throw new InputFaultException([
                .. faults.Select(f =>
                    $"adversarial_training {arm.Label}, task {task.Settings.Name}: {f}"
                ),
            ]);
        }
    }

    private static JsonNode DescribeArm(AdversarialConfig arm)
    {
        var settings = StageSettings.Training(arm.Settings);
        settings.Remove("round_count");
        settings["keep_every"] = arm.Settings.KeepEvery;
        settings["chunk_noise"] = arm.ChunkNoise;
        settings["label"] = arm.Label;
        settings["rounds"] = new JsonObject(
            arm.Rounds.Select(r => KeyValuePair.Create(r.Key, (JsonNode?)r.Value))
        );
        settings["tasks"] = JsonText.ToNode(arm.Tasks);
        settings["control_sizes"] = JsonText.ToNode(arm.ControlSizes);
        settings["evaluated_rounds"] = new JsonObject(
            arm.Rounds.Values.Distinct()
                .Order()
                .Select(r =>
                    KeyValuePair.Create(
                        r.ToString(CultureInfo.InvariantCulture),
                        (JsonNode?)JsonText.ToNode(arm.EvaluatedRounds.Of(r))
                    )
                )
        );
        settings["evaluation"] = JsonText.ToNode(arm.Evaluation);
        settings["evaluations"] = Points(arm.Evaluations, StageSettings.Attack);
        return settings;
    }
}

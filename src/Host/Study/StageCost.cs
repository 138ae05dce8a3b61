using Robustness.Attacks;
using Robustness.Models;
using Robustness.Training;

namespace Robustness.Study;

/// <summary>
/// Estimates of a stage's work in FLOPs: 2·N a token forward, 6·N a token in training, with N
/// the weights that a token meets. Only the plan's order and its time estimate rest on them.
/// </summary>
internal static class StageCost
{
    public static double Pretraining(ModelConfig model, PretrainingSettings settings) =>
        6.0
        * model.LanguageModelParameterCount
        * settings.StepCount
        * settings.BatchSize
        * settings.WindowLength;

    public static double FineTuning(ModelConfig model, FineTuningSettings s, StudyTask task) =>
        6.0
        * model.NonEmbeddingParameterCount
        * s.StepCount
        * s.BatchSize
        * (task.MeanPromptTokens + (s.ChunkNoise * 8.5));

    public static double Evaluation(
        ModelConfig model,
        EvaluationConfig evaluation,
        AttackSettings attack,
        StudyTask task
    )
    {
        double prompt = task.MeanPromptTokens + attack.TokenCount;
        double scoring = 2.0 * model.NonEmbeddingParameterCount * evaluation.RowCount * 2 * prompt;
        double iteration = AttackIteration(model, attack, task);
        return scoring + (iteration * attack.IterationCount * evaluation.AttackedRowCount);
    }

    public static double AdversarialTraining(
        ModelConfig model,
        AdversarialTrainingSettings s,
        StudyTask task
    )
    {
        double prompt = task.MeanPromptTokens + s.Attack.TokenCount;
        double forward = 2.0 * model.NonEmbeddingParameterCount * prompt;
        double iteration = AttackIteration(model, s.Attack, task);
        double flops = 0;
        for (int round = 1; round <= s.RoundCount; round++)
        {
            double attack = forward + (s.Control ? forward : iteration * s.IterationsOf(round));
            int rows = s.UsesPerEpoch(s.MixtureOf(round, task.Rows.Train.Count));
            flops += (attack * s.ExamplesPerRound) + (3 * forward * rows * s.EpochCount);
        }
        return flops;
    }

    private static double AttackIteration(ModelConfig model, AttackSettings attack, StudyTask task)
    {
        double forward = 2.0 * model.NonEmbeddingParameterCount;
        double tail = task.MeanTailTokens + attack.TokenCount;
        double changed = task.MeanTailTokens + ((attack.TokenCount + 1) / 2.0);
        return attack.Kind switch
        {
            AttackKind.RandomToken => forward * tail,
            AttackKind.Gcg => forward * ((attack.CandidateCount * changed) + (3 * tail)),
            _ => 0,
        };
    }
}

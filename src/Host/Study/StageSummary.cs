using System.Globalization;
using Robustness.Results;
using Robustness.Training;

namespace Robustness.Study;

/// <summary>The outcome of a stage in a few words.</summary>
public static class StageSummary
{
    /// <summary>
    /// Loss of a training stage; rounds of an adversarial one; success of an evaluation.
    /// </summary>
    public static string Of(RunRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (record.Stage == StageNames.AdversarialTraining)
        {
            return Rounds(JsonText.FromNode<AdversarialOutcome>(record.Outcome));
        }
        if (record.Stage == StageNames.Evaluation && record.Outcome["skipped"] is { } skipped)
        {
            return "skipped: " + skipped.GetValue<string>();
        }
        if (record.Stage != StageNames.Evaluation)
        {
            double loss = JsonText.FromNode<double>(record.Outcome["final_loss"]!);
            return string.Create(CultureInfo.InvariantCulture, $"loss {loss:0.000}");
        }
        var outcome = JsonText.FromNode<EvaluationOutcome>(record.Outcome);
        double rate = outcome.Iterations[^1].Instantaneous;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"accuracy {outcome.HeldOut.Accuracy:0.000}, with random text "
                + $"{outcome.HeldOut.RandomInsertionAccuracy:0.000}, success {rate:0.00}"
        );
    }

    private static string Rounds(AdversarialOutcome outcome)
    {
        string stopped = outcome.StoppedEarly is { } why ? $", stopped early by {why}" : "";
        if (outcome.Rounds is not [.., var last])
        {
            return "no round" + stopped;
        }
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{outcome.Rounds.Count} rounds, success on fresh examples "
                + $"{outcome.Rounds[0].SuccessRate():0.00} to {last.SuccessRate():0.00}, "
                + $"pool {last.PoolSize}{stopped}"
        );
    }
}

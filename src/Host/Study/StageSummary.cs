using System.Globalization;
using Robustness.Results;

namespace Robustness.Study;

/// <summary>The outcome of a stage in a few words.</summary>
public static class StageSummary
{
    /// <summary>Loss of a training stage; accuracy and success of an evaluation.</summary>
    public static string Of(RunRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
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
}

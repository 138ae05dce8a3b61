namespace Robustness.Results;

/// <summary>Names of the stages in records and plans.</summary>
public static class StageNames
{
    /// <summary>Next-token training.</summary>
    public const string Pretraining = "pretraining";

    /// <summary>Training of a classifier.</summary>
    public const string FineTuning = "fine-tuning";

    /// <summary>Rounds of attacking and training a fine-tuned classifier.</summary>
    public const string AdversarialTraining = "adversarial-training";

    /// <summary>Accuracy and attack of a classifier.</summary>
    public const string Evaluation = "evaluation";
}

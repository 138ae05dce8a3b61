namespace Robustness.Reporting;

/// <summary>One pretrained size of the ladder.</summary>
/// <param name="Size">Label used everywhere else in the data.</param>
/// <param name="Width">C.</param>
/// <param name="LayerCount">L.</param>
/// <param name="HeadCount">H.</param>
/// <param name="NonEmbeddingParameters">Weights of the blocks and norms.</param>
/// <param name="ClassifierParameters">N: all parameters of the classifier.</param>
/// <param name="PretrainingTokens">Tokens really spent.</param>
/// <param name="PretrainingFlops">By the paper's rule.</param>
/// <param name="FineTuningFlops">By the paper's rule, of one classifier.</param>
/// <param name="Probes">Accuracies on the pretraining text at its end.</param>
/// <param name="Seconds">Wall-clock time of pretraining.</param>
public sealed record LadderRow(
    string Size,
    int Width,
    int LayerCount,
    int HeadCount,
    long NonEmbeddingParameters,
    long ClassifierParameters,
    long PretrainingTokens,
    double PretrainingFlops,
    double FineTuningFlops,
    IReadOnlyList<ProbeAccuracy> Probes,
    double Seconds
);

/// <summary>Accuracy on one relation of the pretraining text.</summary>
public sealed record ProbeAccuracy(string Name, double Accuracy);

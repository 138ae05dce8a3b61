namespace Robustness.Study;

/// <summary>How far a stage is.</summary>
/// <param name="Share">0 to 1.</param>
/// <param name="Detail">Loss or success rate, in words.</param>
/// <param name="Milestone">Worth a line of its own, such as the end of a round.</param>
public readonly record struct StageProgress(double Share, string Detail, bool Milestone = false);

namespace Robustness.Study;

/// <summary>A classifier's answers on one held-out row before it is attacked.</summary>
/// <param name="Label">True class.</param>
/// <param name="Clean">[classes] logits of the clean prompt.</param>
/// <param name="RandomInsertion">[classes] logits with RandomToken's first draw inserted.</param>
internal sealed record ScoredRow(int Label, float[] Clean, float[] RandomInsertion);

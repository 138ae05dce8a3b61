namespace Robustness.Compute;

/// <summary>
/// One AdamW update (Loshchilov and Hutter 2019):
/// m = β1 m + (1-β1) g, v = β2 v + (1-β2) g², w = w (1 - lr·decay) - lr · m̂ / (√v̂ + ε).
/// </summary>
/// <param name="LearningRate">lr of this step.</param>
/// <param name="Beta1">β1.</param>
/// <param name="Beta2">β2.</param>
/// <param name="Epsilon">ε.</param>
/// <param name="WeightDecay">Decoupled decay.</param>
/// <param name="Step">1-based step for the bias correction.</param>
/// <param name="GradientScale">Multiplies g first: clipping.</param>
public readonly record struct AdamWStep(
    float LearningRate,
    float Beta1,
    float Beta2,
    float Epsilon,
    float WeightDecay,
    int Step,
    float GradientScale
);

/// <summary>
/// One Adafactor update (Shazeer and Stern 2018) without relative step or parameter scaling:
/// β2 = 1 - t^-0.8, u² = g² + 1e-30, factored second moment for matrices,
/// u = g / √v̂, u /= max(1, rms(u) / clip), w -= lr · u.
/// </summary>
/// <param name="LearningRate">lr of this step.</param>
/// <param name="Epsilon">Added to g², 1e-30.</param>
/// <param name="ClipThreshold">Largest root mean square of an update.</param>
/// <param name="DecayRate">-0.8.</param>
/// <param name="Step">1-based step t.</param>
/// <param name="GradientScale">Multiplies g first: clipping.</param>
public readonly record struct AdafactorStep(
    float LearningRate,
    float Epsilon,
    float ClipThreshold,
    float DecayRate,
    int Step,
    float GradientScale
);

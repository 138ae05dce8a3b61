namespace Robustness.Compute;

/// <summary>
/// Cosines and sines of the rotary position embedding (Su et al. 2021) in the half-split form:
/// angle(p, j) = p · base^(-2j / R), element j turns with element j + R/2 of the head.
/// </summary>
/// <param name="Cosines">[positions, R/2].</param>
/// <param name="Sines">[positions, R/2].</param>
/// <param name="HeadSize">D; only the first R elements of a head turn.</param>
public readonly record struct RotaryTable(Tensor Cosines, Tensor Sines, int HeadSize)
{
    /// <summary>R, the elements of each head that turn.</summary>
    public int RotaryDimensions => 2 * Cosines.Shape.Columns;
}

namespace Robustness.Data;

/// <summary>
/// Windows of next-token training, each made from its place alone, so that any worker can make any
/// of them. Thread-safe.
/// </summary>
public interface IPretrainingText
{
    /// <summary>T: tokens that a window trains on.</summary>
    int WindowLength { get; }

    /// <summary>Writes the window of a step's row.</summary>
    /// <param name="step">Optimiser step, from 0.</param>
    /// <param name="row">Row of the batch, from 0.</param>
    /// <param name="ids">[T + 1], out: token j + 1 is what token j is to predict.</param>
    /// <param name="weights">[T], out: weight of the loss at token j + 1.</param>
    void Fill(int step, int row, Span<int> ids, Span<float> weights);
}

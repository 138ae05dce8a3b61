namespace Robustness.Compute;

/// <summary>Operations on rows and elements.</summary>
public sealed partial class MeteredBackend
{
    /// <inheritdoc/>
    public void EmbeddingForward(Tensor y, Tensor ids, Tensor table)
    {
        long start = Start();
        _inner.EmbeddingForward(y, ids, table);
        Stop(start, KernelCost.EmbeddingForward(y.Shape.Rows, y.Shape.Columns, table.Type));
    }

    /// <inheritdoc/>
    public void EmbeddingBackward(Tensor dTable, Tensor dY, Tensor ids)
    {
        long start = Start();
        _inner.EmbeddingBackward(dTable, dY, ids);
        Stop(start, KernelCost.EmbeddingBackward(dY.Shape.Rows, dY.Shape.Columns));
    }

    /// <inheritdoc/>
    public void LayerNormForward(
        Tensor y,
        Tensor mean,
        Tensor rstd,
        Tensor x,
        Tensor gamma,
        Tensor beta,
        float epsilon
    )
    {
        long start = Start();
        _inner.LayerNormForward(y, mean, rstd, x, gamma, beta, epsilon);
        Stop(start, KernelCost.LayerNormForward(x.Shape.Rows, x.Shape.Columns));
    }

    /// <inheritdoc/>
    public void LayerNormBackward(
        Tensor dX,
        Tensor dGamma,
        Tensor dBeta,
        Tensor dY,
        Tensor x,
        Tensor mean,
        Tensor rstd,
        Tensor gamma
    )
    {
        long start = Start();
        _inner.LayerNormBackward(dX, dGamma, dBeta, dY, x, mean, rstd, gamma);
        Stop(start, KernelCost.LayerNormBackward(x.Shape.Rows, x.Shape.Columns, !dGamma.IsNone));
    }

    /// <inheritdoc/>
    public void RotaryForward(Tensor x, Segments segments, RowSet rows, RotaryTable table)
    {
        long start = Start();
        _inner.RotaryForward(x, segments, rows, table);
        Stop(start, Rotary(x, table));
    }

    /// <inheritdoc/>
    public void RotaryBackward(Tensor dX, Segments segments, RowSet rows, RotaryTable table)
    {
        long start = Start();
        _inner.RotaryBackward(dX, segments, rows, table);
        Stop(start, Rotary(dX, table));
    }

    /// <inheritdoc/>
    public void GeluForward(Tensor y, Tensor x, Tensor bias)
    {
        long start = Start();
        _inner.GeluForward(y, x, bias);
        Stop(start, KernelCost.GeluForward(x.Shape.Rows, x.Shape.Columns, !bias.IsNone));
    }

    /// <inheritdoc/>
    public void GeluBackward(Tensor dX, Tensor dY, Tensor x)
    {
        long start = Start();
        _inner.GeluBackward(dX, dY, x);
        Stop(start, KernelCost.GeluBackward(x.Shape.Rows, x.Shape.Columns));
    }

    /// <inheritdoc/>
    public void ResidualForward(Tensor y, Tensor a, Tensor b)
    {
        long start = Start();
        _inner.ResidualForward(y, a, b);
        Stop(start, KernelCost.ResidualForward(y.Shape.Rows, y.Shape.Columns));
    }

    /// <inheritdoc/>
    public void BiasBackward(Tensor dBias, Tensor dY)
    {
        long start = Start();
        _inner.BiasBackward(dBias, dY);
        Stop(start, KernelCost.BiasBackward(dY.Shape.Rows, dY.Shape.Columns));
    }

    /// <inheritdoc/>
    public void GatherReadRows(Tensor y, Tensor x, Segments segments)
    {
        long start = Start();
        _inner.GatherReadRows(y, x, segments);
        Stop(start, KernelCost.GatherReadRows(y.Shape.Rows, y.Shape.Columns));
    }

    /// <inheritdoc/>
    public void ScatterReadRows(Tensor dX, Tensor dY, Segments segments)
    {
        long start = Start();
        _inner.ScatterReadRows(dX, dY, segments);
        Stop(start, KernelCost.ScatterReadRows(dY.Shape.Rows, dY.Shape.Columns));
    }

    private static KernelCost Rotary(Tensor x, RotaryTable table) =>
        KernelCost.RotaryForward(
            x.Shape.Rows,
            x.Shape.Columns / table.HeadSize,
            table.RotaryDimensions
        );
}

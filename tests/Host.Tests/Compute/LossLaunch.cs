using Robustness.Compute;

namespace Robustness.Tests.Compute;

/// <summary>Heads and losses on one backend, arrays in and out.</summary>
public sealed class LossLaunch(IBackend backend) : IDisposable
{
    private readonly Arena _arena = new(backend);

    public Tensor Matrix(float[] values, int width)
    {
        var tensor = _arena.Allocate(values.Length / width, width);
        backend.Upload<float>(tensor, values);
        return tensor;
    }

    public Tensor Vector(float[] values) => Matrix(values, values.Length).Row(0);

    public Tensor Vector(int[] values)
    {
        var tensor = _arena.Allocate(new Shape(values.Length), DataType.Int32);
        backend.Upload<int>(tensor, values);
        return tensor;
    }

    public Tensor Losses(int count) => _arena.Allocate(new Shape(count), DataType.Float64);

    public T[] Download<T>(Tensor tensor)
        where T : unmanaged
    {
        var values = new T[tensor.Count];
        backend.Download<T>(values, tensor);
        return values;
    }

    /// <summary>Losses and gradients of one call; dTable begins at zero.</summary>
    public (double[] Loss, float[] DHidden, float[] DTable) CrossEntropy(
        float[] hidden,
        float[] table,
        int[] targets,
        float[] scale,
        int width
    )
    {
        var (loss, h, w) = (Losses(targets.Length), Matrix(hidden, width), Matrix(table, width));
        var (dH, dW) = (Matrix(hidden, width), Matrix(new float[table.Length], width));
        backend.CrossEntropyBackward(loss, dH, dW, h, w, Vector(targets), Vector(scale));
        return (Download<double>(loss), Download<float>(dH), Download<float>(dW));
    }

    public void Dispose() => _arena.Dispose();
}

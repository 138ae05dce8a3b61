using NUnit.Framework;
using Robustness.Backends.Cpu;
using Robustness.Compute;
using Robustness.Numerics;

namespace Robustness.Tests.Compute;

/// <summary>A backend under test and the tensors that one test gives it.</summary>
internal sealed class Operands : IDisposable
{
    private readonly Arena _arena;
    private readonly EmulatedDevice? _device;

    public Operands(BackendUnderTest backend)
    {
        _device = backend.IsEmulated ? EmulatedDevice.Shared : null;
        Layers = _device is null ? backend.Create() : _device.Layers;
        _arena = new Arena(Layers);
    }

    /// <summary>What is tested, as far as the emulator knows it.</summary>
    public ILayerOperations Layers { get; }

    /// <summary>What is tested, on the CPU.</summary>
    public CpuBackend Backend => (CpuBackend)Layers;

    /// <summary>The variant whose bits every other one must give.</summary>
    public static BackendUnderTest Plain { get; } = new("cpu-128-1", 1, 128);

    /// <summary>count values in [-scale, scale), the same for the same name.</summary>
    public static float[] Draw(int count, string name, double scale = 1)
    {
        var stream = new Philox(StreamKey.Create(1, name, ""), 0, 0);
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = (float)(((stream.NextUInt32() / 2147483648.0) - 1) * scale);
        }
        return values;
    }

    /// <summary>count ids in [0, limit), the same for the same name.</summary>
    public static int[] DrawIds(int count, int limit, string name)
    {
        var stream = new Philox(StreamKey.Create(1, name, ""), 0, 0);
        int[] ids = new int[count];
        for (int i = 0; i < count; i++)
        {
            ids[i] = (int)(stream.NextUInt32() % (uint)limit);
        }
        return ids;
    }

    /// <summary>The values in words of double.</summary>
    public static double[] Wide(float[] values) => Array.ConvertAll(values, v => (double)v);

    /// <summary>A vector with these elements.</summary>
    public Tensor Vector(float[] values) => Filled(new Shape(values.Length), values);

    /// <summary>A vector of ids.</summary>
    public Tensor Ids(int[] values)
    {
        var tensor = _arena.Allocate(new Shape(values.Length), DataType.Int32);
        Layers.Upload<int>(tensor, values);
        return tensor;
    }

    /// <summary>A matrix with these elements.</summary>
    public Tensor Matrix(float[] values, int rows) =>
        Filled(new Shape(rows, values.Length / rows), values);

    /// <summary>A tensor that an operation overwrites: filled with NaN.</summary>
    public Tensor Output(Shape shape)
    {
        float[] values = new float[shape.Count];
        Array.Fill(values, float.NaN);
        return Filled(shape, values);
    }

    /// <summary>A tensor of ids that an operation overwrites.</summary>
    public Tensor IdOutput(int rows, int columns) =>
        _arena.Allocate(new Shape(rows, columns), DataType.Int32);

    /// <summary>A bf16 matrix with these elements, which must be bf16 values.</summary>
    public Tensor Bf16(float[] values, int rows, int columns)
    {
        var tensor = Bf16Output(rows, columns);
        Layers.Upload<ushort>(tensor, Array.ConvertAll(values, v => BFloat16.FromSingle(v).Bits));
        return tensor;
    }

    /// <summary>A bf16 matrix that an operation overwrites.</summary>
    public Tensor Bf16Output(int rows, int columns) =>
        _arena.Allocate(new Shape(rows, columns), DataType.BFloat16);

    /// <summary>The bits of a bf16 matrix.</summary>
    public ushort[] ReadBf16(Tensor tensor)
    {
        ushort[] values = new ushort[tensor.Count];
        Layers.Download<ushort>(values, tensor);
        return values;
    }

    /// <summary>The elements.</summary>
    public float[] Read(Tensor tensor)
    {
        float[] values = new float[tensor.Count];
        Layers.Download<float>(values, tensor);
        return values;
    }

    /// <summary>The ids.</summary>
    public int[] ReadIds(Tensor tensor)
    {
        int[] values = new int[tensor.Count];
        Layers.Download<int>(values, tensor);
        return values;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _arena.Dispose();
        if (_device is null)
        {
            Layers.Dispose();
            return;
        }
        Assert.That(_device.TakeFaults(), Is.Empty);
    }

    private Tensor Filled(Shape shape, float[] values)
    {
        var tensor = _arena.Allocate(shape);
        Layers.Upload<float>(tensor, values);
        return tensor;
    }
}

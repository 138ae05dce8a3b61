using NUnit.Framework;
using Robustness.Compute;
using Robustness.Numerics;

namespace Robustness.Tests.Compute;

/// <summary>
/// Heads whose table is bf16 give the bits of f32 heads and of <c>GemmBf16</c> on operands that
/// were rounded before.
/// </summary>
[TestFixtureSource(typeof(Backends), nameof(Backends.Available))]
public sealed class Bf16HeadContract(BackendUnderTest backend)
{
    private const int Rows = 300;
    private const int Size = 40;

    [Test]
    public void AnEmbeddingIsTheStoredRows()
    {
        using var cpu = backend.Create();
        using var operands = new Arrays(cpu);
        float[] table = Draws.Normal("table", Size * 19);
        int[] ids = [3, 39, 0, 3];
        var y = operands.Matrix(new float[4 * 19], 19);
        cpu.EmbeddingForward(y, operands.Ints(ids), operands.Bf16(table, 19));

        float[] expected = [.. ids.SelectMany(id => Rounded(table)[(id * 19)..((id + 1) * 19)])];
        Assert.That(operands.Read(y), Is.EqualTo(expected));
    }

    [Test]
    public void LogitsAndLossesAreThoseOfRoundedOperands()
    {
        using var cpu = backend.Create();
        using var operands = new Arrays(cpu);
        float[] hidden = Draws.Normal("hidden", Rows * Size);
        float[] table = Draws.Normal("table", 90 * Size);
        var targets = operands.Ints([.. Enumerable.Range(0, Rows).Select(m => m * 7 % 90)]);
        var (h, w) = (operands.Matrix(hidden, Size), operands.Bf16(table, Size));
        var rounded = operands.Matrix(Rounded(hidden), Size);
        var wide = operands.Matrix(Rounded(table), Size);
        var (found, expected) = (operands.Zeros(Rows, 90), operands.Zeros(Rows, 90));

        cpu.LogitsForward(found, h, w);
        cpu.LogitsForward(expected, rounded, wide);
        Assert.That(operands.Read(found), Is.EqualTo(operands.Read(expected)));
        cpu.ClassifierForward(found, h, w);
        Assert.That(operands.Read(found), Is.EqualTo(operands.Read(expected)));

        var (loss, wanted) = (operands.Losses(Rows), operands.Losses(Rows));
        cpu.CrossEntropyForward(loss, Tensor.None, h, w, targets);
        cpu.CrossEntropyForward(wanted, Tensor.None, rounded, wide, targets);
        Assert.That(operands.ReadLosses(loss), Is.EqualTo(operands.ReadLosses(wanted)));
    }

    [Test]
    public void BackwardTheGradientsOfLogitsAreOperandsToo()
    {
        using var cpu = backend.Create();
        using var operands = new Arrays(cpu);
        float[] hidden = Draws.Normal("hidden", Rows * Size);
        var targets = operands.Ints([.. Enumerable.Range(0, Rows).Select(m => m * 7 % Size)]);
        var scale = operands.Matrix(Draws.Normal("scale", Rows), Rows).Row(0);
        // A table that is the identity: the gradient of the hidden state is that of the logits.
        float[] identity = new float[Size * Size];
        for (int i = 0; i < Size; i++)
        {
            identity[(i * Size) + i] = 1;
        }
        var (h, w) = (operands.Matrix(hidden, Size), operands.Bf16(identity, Size));
        var rounded = operands.Matrix(Rounded(hidden), Size);
        var wide = operands.Matrix(identity, Size);
        var (dH, dLogits) = (operands.Zeros(Rows, Size), operands.Zeros(Rows, Size));
        var (dTable, expected) = (operands.Zeros(Size, Size), operands.Zeros(Size, Size));
        var loss = operands.Losses(Rows);

        cpu.CrossEntropyBackward(loss, dLogits, Tensor.None, rounded, wide, targets, scale);
        cpu.CrossEntropyBackward(loss, dH, dTable, h, w, targets, scale);
        float[] gradients = operands.Read(dLogits);
        Assert.That(operands.Read(dH), Is.EqualTo(Rounded(gradients)));
        cpu.GemmBf16(
            expected,
            operands.Bf16(gradients, Size),
            operands.Bf16(hidden, Size),
            GemmLayout.TN,
            GemmEpilogue.AddTo
        );
        Assert.That(operands.Read(dTable), Is.EqualTo(operands.Read(expected)));

        cpu.Clear(dTable);
        cpu.ClassifierBackward(dH, dTable, dLogits, h, w);
        Assert.That(operands.Read(dH), Is.EqualTo(Rounded(gradients)));
        Assert.That(operands.Read(dTable), Is.EqualTo(operands.Read(expected)));
    }

    [Test]
    public void TheSearchSeesRoundedOperands()
    {
        using var cpu = backend.Create();
        using var operands = new Arrays(cpu);
        float[] gradient = Draws.Normal("dE", 7 * 33);
        float[] table = Draws.Normal("table", 61 * 33);
        var banned = operands.Ints(new int[61]);
        var (ids, expected) = (operands.IntMatrix(7, 20), operands.IntMatrix(7, 20));
        var (values, wanted) = (operands.Zeros(7, 20), operands.Zeros(7, 20));

        var narrow = operands.Bf16(table, 33);
        cpu.TokenGradientTopK(ids, values, operands.Matrix(gradient, 33), narrow, banned);
        var (d, w) = (operands.Matrix(Rounded(gradient), 33), operands.Matrix(Rounded(table), 33));
        cpu.TokenGradientTopK(expected, wanted, d, w, banned);

        Assert.That(operands.ReadInts(ids), Is.EqualTo(operands.ReadInts(expected)));
        Assert.That(operands.Read(values), Is.EqualTo(operands.Read(wanted)));
    }

    private static float[] Rounded(float[] values) =>
        Array.ConvertAll(values, v => BFloat16.FromSingle(v).ToSingle());

    /// <summary>Tensors from arrays and back.</summary>
    private sealed class Arrays(IBackend backend) : IDisposable
    {
        private readonly Arena _arena = new(backend);

        public Tensor Matrix(float[] values, int width)
        {
            var tensor = _arena.Allocate(values.Length / width, width);
            backend.Upload<float>(tensor, values);
            return tensor;
        }

        public Tensor Bf16(float[] values, int width)
        {
            var tensor = _arena.Allocate(
                new Shape(values.Length / width, width),
                DataType.BFloat16
            );
            backend.Upload<BFloat16>(tensor, Array.ConvertAll(values, BFloat16.FromSingle));
            return tensor;
        }

        public Tensor Zeros(int rows, int columns) => Matrix(new float[rows * columns], columns);

        public Tensor Ints(int[] values)
        {
            var tensor = _arena.Allocate(new Shape(values.Length), DataType.Int32);
            backend.Upload<int>(tensor, values);
            return tensor;
        }

        public Tensor IntMatrix(int rows, int columns) =>
            _arena.Allocate(new Shape(rows, columns), DataType.Int32);

        public Tensor Losses(int count) => _arena.Allocate(new Shape(count), DataType.Float64);

        public float[] Read(Tensor tensor) => Read<float>(tensor);

        public int[] ReadInts(Tensor tensor) => Read<int>(tensor);

        public double[] ReadLosses(Tensor tensor) => Read<double>(tensor);

        public void Dispose() => _arena.Dispose();

        private T[] Read<T>(Tensor tensor)
            where T : unmanaged
        {
            var values = new T[tensor.Count];
            backend.Download<T>(values, tensor);
            return values;
        }
    }
}

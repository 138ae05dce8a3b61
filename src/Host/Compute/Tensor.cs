using System.Runtime.CompilerServices;

namespace Robustness.Compute;

/// <summary>
/// A view of elements in memory that something else owns (an <see cref="Arena"/>, a cache): an
/// address, a type, a shape and the distance between rows. Copying a Tensor copies no elements.
/// The address is the backend's: a host pointer on the CPU, a device pointer on a GPU.
/// </summary>
public readonly unsafe record struct Tensor
{
    /// <summary>A view.</summary>
    /// <param name="address">First element.</param>
    /// <param name="type">Element type.</param>
    /// <param name="shape">[n] or [rows, columns].</param>
    /// <param name="rowStride">Elements from one row to the next; at least the columns.</param>
    public Tensor(nint address, DataType type, Shape shape, int rowStride)
    {
        Address = address;
        Type = type;
        Shape = shape;
        RowStride = rowStride;
    }

    /// <summary>No tensor: an optional argument that is absent.</summary>
    public static Tensor None => default;

    /// <summary>First element.</summary>
    public nint Address { get; }

    /// <summary>Element type.</summary>
    public DataType Type { get; }

    /// <summary>[n] or [rows, columns].</summary>
    public Shape Shape { get; }

    /// <summary>Elements from the start of one row to the start of the next.</summary>
    public int RowStride { get; }

    /// <summary>True for <see cref="None"/>.</summary>
    public bool IsNone => Address == 0;

    /// <summary>True when the rows follow each other without gaps.</summary>
    public bool IsContiguous => RowStride == Shape.Columns || Shape.Rows <= 1;

    /// <summary>Elements.</summary>
    public long Count => Shape.Count;

    /// <summary>Bytes of the elements, gaps excluded.</summary>
    public long ByteCount => Shape.Count * Type.ByteSize();

    /// <summary>Host address of f32 elements.</summary>
    public float* Floats => (float*)Checked(DataType.Float32);

    /// <summary>Host address of f64 elements.</summary>
    public double* Doubles => (double*)Checked(DataType.Float64);

    /// <summary>Host address of bf16 elements.</summary>
    public ushort* Bf16 => (ushort*)Checked(DataType.BFloat16);

    /// <summary>Host address of i32 elements.</summary>
    public int* Ints => (int*)Checked(DataType.Int32);

    /// <summary>Rows first .. first + count - 1 of a matrix.</summary>
    public Tensor RowRange(int first, int count)
    {
        CheckRange(first, count, Shape.Rows);
        nint offset = checked((nint)((long)first * RowStride * Type.ByteSize()));
        return new Tensor(Address + offset, Type, new Shape(count, Shape.Columns), RowStride);
    }

    /// <summary>Columns first .. first + count - 1 of every row.</summary>
    public Tensor ColumnRange(int first, int count)
    {
        CheckRange(first, count, Shape.Columns);
        var shape = Shape.Rank == 1 ? new Shape(count) : new Shape(Shape.Rows, count);
        return new Tensor(Address + ((nint)first * Type.ByteSize()), Type, shape, RowStride);
    }

    /// <summary>Row n as a vector.</summary>
    public Tensor Row(int n)
    {
        CheckRange(n, 1, Shape.Rows);
        nint offset = checked((nint)((long)n * RowStride * Type.ByteSize()));
        return new Tensor(Address + offset, Type, new Shape(Shape.Columns), Shape.Columns);
    }

    /// <summary>The same elements under another shape; only without gaps.</summary>
    public Tensor Reshape(Shape shape)
    {
        if (!IsContiguous || shape.Count != Shape.Count)
        {
            throw new ArgumentException($"A tensor {Shape} cannot be seen as {shape}.");
        }
        return new Tensor(Address, Type, shape, shape.Columns);
    }

    // Read in inner loops: the failure stays out of line, or the reading would be a call.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private nint Checked(DataType expected)
    {
        if (Type != expected)
        {
            ThrowWrongType(expected);
        }
        return Address;
    }

    private void ThrowWrongType(DataType expected) =>
        throw new InvalidOperationException($"The tensor holds {Type}, not {expected}.");

    private void CheckRange(int first, int count, int available)
    {
        if (first < 0 || count < 0 || first + (long)count > available)
        {
            throw new ArgumentOutOfRangeException(
                nameof(first),
                $"{first} .. {first + (long)count - 1} is not inside the {available} of {Shape}."
            );
        }
    }
}

namespace Robustness.Backends.Cpu;

/// <summary>
/// Rows of contiguous f32 at a fixed distance: the right side or result of a product.
/// </summary>
internal readonly unsafe struct StridedMatrix(float* address, nint stride)
{
    /// <summary>First element.</summary>
    public readonly float* Address = address;

    /// <summary>Elements from row to row.</summary>
    public readonly nint Stride = stride;

    /// <summary>The matrix from row i on.</summary>
    public StridedMatrix Row(nint i) => new(Address + (i * Stride), Stride);

    /// <summary>The matrix from column j on.</summary>
    public StridedMatrix Column(nint j) => new(Address + j, Stride);

    /// <summary>As the left side of a product.</summary>
    public StridedOperand Left => new(Address, Stride, 1);

    /// <summary>Its transpose as the left side of a product.</summary>
    public StridedOperand LeftTransposed => new(Address, 1, Stride);
}

/// <summary>The left side of a product: any distance between rows and between terms.</summary>
internal readonly unsafe struct StridedOperand(float* address, nint rowStride, nint termStride)
{
    /// <summary>First element.</summary>
    public readonly float* Address = address;

    /// <summary>Elements from row to row.</summary>
    public readonly nint RowStride = rowStride;

    /// <summary>Elements from term to term of a sum.</summary>
    public readonly nint TermStride = termStride;

    /// <summary>The operand from row i on.</summary>
    public StridedOperand Row(nint i) => new(Address + (i * RowStride), RowStride, TermStride);
}

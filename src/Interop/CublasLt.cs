namespace Robustness.Interop;

/// <summary>A matrix in device memory, column-major as the library has them.</summary>
/// <param name="Address">First element.</param>
/// <param name="Type">Element type.</param>
/// <param name="Rows">Rows as stored.</param>
/// <param name="Columns">Columns as stored.</param>
/// <param name="LeadingDimension">Elements from column to column.</param>
public readonly record struct CublasLtMatrix(
    CUdeviceptr Address,
    CudaDataType Type,
    ulong Rows,
    ulong Columns,
    long LeadingDimension
);

/// <summary>
/// One product: D = epilogue(alpha · op(A) · op(B) + beta · C), C and D in one place.
/// </summary>
public sealed record CublasLtProduct(CublasLtMatrix A, CublasLtMatrix B, CublasLtMatrix C)
{
    public bool TransposeA { get; init; }

    public bool TransposeB { get; init; }

    public float Alpha { get; init; } = 1;

    public float Beta { get; init; }

    public CublasLtEpilogue Epilogue { get; init; } = CublasLtEpilogue.Default;

    /// <summary>One element per row of D, for the epilogues with a bias.</summary>
    public CUdeviceptr Bias { get; init; }

    public CublasComputeType ComputeType { get; init; } = CublasComputeType.Float32;
}

/// <summary>The cuBLASLt library: a peer that our products are held against.</summary>
public sealed unsafe class CublasLt : IDisposable
{
    private const int NoTranspose = 0;
    private const int Transpose = 1;
    private readonly CublasLtHandle _handle;

    private CublasLt(CublasLtHandle handle, string path) => (_handle, Path) = (handle, path);

    /// <summary>Name or path under which the library was found.</summary>
    public string Path { get; }

    /// <summary>10000 times major plus 100 times minor plus patch.</summary>
    public static ulong Version => NativeMethods.cublasLtGetVersion();

    /// <summary>Whether the library is there, and under which name; needs no device.</summary>
    public static bool IsInstalled(out string found) =>
        NativeLibraries.TryLoad(NativeLibraries.CublasLt, out _, out found);

    /// <summary>The library on a context.</summary>
    /// <exception cref="NativeLibraryException">It is absent.</exception>
    /// <exception cref="CublasException">It does not start.</exception>
    public static CublasLt Load(CudaContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!IsInstalled(out string found))
        {
            throw new NativeLibraryException(
                "cuBLASLt",
                found,
                "It is needed for comparisons only; it comes with the CUDA toolkit."
            );
        }
        _ = context.Handle.MakeCurrent();
        CublasException.Check(
            NativeMethods.cublasLtCreate(out CublasLtHandle handle),
            "cublasLtCreate"
        );
        return new CublasLt(handle, found);
    }

    /// <summary>Starts a product with the algorithm that the library thinks fastest.</summary>
    /// <param name="product">What is multiplied.</param>
    /// <param name="workspace">Device memory that the algorithm may use.</param>
    /// <param name="stream">Where the work goes.</param>
    public void Multiply(
        CublasLtProduct product,
        CudaDeviceVariable<byte> workspace,
        CudaStream stream
    )
    {
        ArgumentNullException.ThrowIfNull(product);
        ArgumentNullException.ThrowIfNull(workspace);
        ArgumentNullException.ThrowIfNull(stream);
        using var queue = new OpenHandle(stream.Handle, stream);
        _ = stream.Handle.Context.MakeCurrent();
        using var operation = CublasLtDescriptor.Operation(product.ComputeType);
        operation.Set(
            CublasLtMatmulAttribute.TransposeA,
            product.TransposeA ? Transpose : NoTranspose
        );
        operation.Set(
            CublasLtMatmulAttribute.TransposeB,
            product.TransposeB ? Transpose : NoTranspose
        );
        operation.Set(CublasLtMatmulAttribute.Epilogue, (int)product.Epilogue);
        if (product.Bias.Pointer != 0)
        {
            operation.Set(CublasLtMatmulAttribute.BiasPointer, product.Bias.Pointer);
        }
        using var a = CublasLtDescriptor.Layout(product.A);
        using var b = CublasLtDescriptor.Layout(product.B);
        using var c = CublasLtDescriptor.Layout(product.C);
        using var preference = CublasLtDescriptor.Preference(workspace.SizeInBytes);
        CublasLtHeuristic best = Best(operation, a, b, c, preference);
        (float alpha, float beta) = (product.Alpha, product.Beta);
        CublasException.Check(
            NativeMethods.cublasLtMatmul(
                _handle,
                operation,
                &alpha,
                product.A.Address,
                a,
                product.B.Address,
                b,
                &beta,
                product.C.Address,
                c,
                product.C.Address,
                c,
                &best.Algorithm,
                workspace.DevicePointer,
                (nuint)workspace.SizeInBytes,
                stream.Handle.Stream
            ),
            "cublasLtMatmul"
        );
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private CublasLtHeuristic Best(
        CublasLtDescriptor operation,
        CublasLtDescriptor a,
        CublasLtDescriptor b,
        CublasLtDescriptor c,
        CublasLtDescriptor preference
    )
    {
        CublasLtHeuristic best = default;
        int count = 0;
        CublasStatus status = NativeMethods.cublasLtMatmulAlgoGetHeuristic(
            _handle,
            operation,
            a,
            b,
            c,
            c,
            preference,
            1,
            &best,
            &count
        );
        CublasException.Check(status, "cublasLtMatmulAlgoGetHeuristic");
        CublasException.Check(
            count == 0 ? CublasStatus.NotSupported : best.Status,
            "cublasLtMatmulAlgoGetHeuristic"
        );
        return best;
    }
}

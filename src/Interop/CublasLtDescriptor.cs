namespace Robustness.Interop;

/// <summary>A description that the library keeps for the time of one call.</summary>
internal sealed unsafe class CublasLtDescriptor : IDisposable
{
    private readonly Func<nint, CublasStatus> _destroy;

    private CublasLtDescriptor(nint handle, Func<nint, CublasStatus> destroy) =>
        (Handle, _destroy) = (handle, destroy);

    public nint Handle { get; }

    public static CublasLtDescriptor Operation(CublasComputeType computeType)
    {
        nint handle = 0;
        CublasException.Check(
            NativeMethods.cublasLtMatmulDescCreate(&handle, computeType, CudaDataType.Float32),
            "cublasLtMatmulDescCreate"
        );
        return new CublasLtDescriptor(handle, NativeMethods.cublasLtMatmulDescDestroy);
    }

    public static CublasLtDescriptor Layout(CublasLtMatrix matrix)
    {
        nint handle = 0;
        CublasException.Check(
            NativeMethods.cublasLtMatrixLayoutCreate(
                &handle,
                matrix.Type,
                matrix.Rows,
                matrix.Columns,
                matrix.LeadingDimension
            ),
            "cublasLtMatrixLayoutCreate"
        );
        return new CublasLtDescriptor(handle, NativeMethods.cublasLtMatrixLayoutDestroy);
    }

    public static CublasLtDescriptor Preference(ulong workspaceBytes)
    {
        nint handle = 0;
        CublasException.Check(
            NativeMethods.cublasLtMatmulPreferenceCreate(&handle),
            "cublasLtMatmulPreferenceCreate"
        );
        CublasException.Check(
            NativeMethods.cublasLtMatmulPreferenceSetAttribute(
                handle,
                CublasLtPreferenceAttribute.MaxWorkspaceBytes,
                &workspaceBytes,
                sizeof(ulong)
            ),
            "cublasLtMatmulPreferenceSetAttribute"
        );
        return new CublasLtDescriptor(handle, NativeMethods.cublasLtMatmulPreferenceDestroy);
    }

    /// <summary>Sets an attribute of an operation.</summary>
    public void Set<T>(CublasLtMatmulAttribute attribute, T value)
        where T : unmanaged =>
        CublasException.Check(
            NativeMethods.cublasLtMatmulDescSetAttribute(
                Handle,
                attribute,
                &value,
                (nuint)sizeof(T)
            ),
            "cublasLtMatmulDescSetAttribute"
        );

    public void Dispose() => _ = _destroy(Handle);
}

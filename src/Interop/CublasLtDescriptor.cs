using System.Runtime.InteropServices;

namespace Robustness.Interop;

/// <summary>A description that the library keeps for the time of one call.</summary>
internal sealed unsafe class CublasLtDescriptor : SafeHandle
{
    private readonly Func<nint, CublasStatus> _destroy;

    private CublasLtDescriptor(nint handle, Func<nint, CublasStatus> destroy)
        : base(0, ownsHandle: true)
    {
        _destroy = destroy;
        SetHandle(handle);
    }

    public override bool IsInvalid => handle == 0;

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
        var preference = new CublasLtDescriptor(
            handle,
            NativeMethods.cublasLtMatmulPreferenceDestroy
        );
        CublasStatus status = NativeMethods.cublasLtMatmulPreferenceSetAttribute(
            preference,
            CublasLtPreferenceAttribute.MaxWorkspaceBytes,
            &workspaceBytes,
            sizeof(ulong)
        );
        if (status != CublasStatus.Success)
        {
            preference.Dispose();
        }
        CublasException.Check(status, "cublasLtMatmulPreferenceSetAttribute");
        return preference;
    }

    /// <summary>Sets an attribute of an operation.</summary>
    public void Set<T>(CublasLtMatmulAttribute attribute, T value)
        where T : unmanaged =>
        CublasException.Check(
            NativeMethods.cublasLtMatmulDescSetAttribute(this, attribute, &value, (nuint)sizeof(T)),
            "cublasLtMatmulDescSetAttribute"
        );

    protected override bool ReleaseHandle() => _destroy(handle) == CublasStatus.Success;
}

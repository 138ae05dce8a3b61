using System.Runtime.InteropServices;

namespace Robustness.Interop;

/// <summary>Matrix products of the cuBLASLt library.</summary>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(NativeLibraries.CublasLt)]
    internal static partial nuint cublasLtGetVersion();

    [LibraryImport(NativeLibraries.CublasLt)]
    internal static partial CublasStatus cublasLtCreate(out CublasLtHandle handle);

    [LibraryImport(NativeLibraries.CublasLt)]
    internal static partial CublasStatus cublasLtDestroy(nint handle);

    [LibraryImport(NativeLibraries.CublasLt)]
    internal static partial CublasStatus cublasLtMatmulDescCreate(
        nint* descriptor,
        CublasComputeType computeType,
        CudaDataType scaleType
    );

    [LibraryImport(NativeLibraries.CublasLt)]
    internal static partial CublasStatus cublasLtMatmulDescDestroy(nint descriptor);

    [LibraryImport(NativeLibraries.CublasLt)]
    internal static partial CublasStatus cublasLtMatmulDescSetAttribute(
        CublasLtDescriptor descriptor,
        CublasLtMatmulAttribute attribute,
        void* value,
        nuint bytes
    );

    [LibraryImport(NativeLibraries.CublasLt)]
    internal static partial CublasStatus cublasLtMatrixLayoutCreate(
        nint* layout,
        CudaDataType type,
        ulong rows,
        ulong columns,
        long leadingDimension
    );

    [LibraryImport(NativeLibraries.CublasLt)]
    internal static partial CublasStatus cublasLtMatrixLayoutDestroy(nint layout);

    [LibraryImport(NativeLibraries.CublasLt)]
    internal static partial CublasStatus cublasLtMatmulPreferenceCreate(nint* preference);

    [LibraryImport(NativeLibraries.CublasLt)]
    internal static partial CublasStatus cublasLtMatmulPreferenceDestroy(nint preference);

    [LibraryImport(NativeLibraries.CublasLt)]
    internal static partial CublasStatus cublasLtMatmulPreferenceSetAttribute(
        CublasLtDescriptor preference,
        CublasLtPreferenceAttribute attribute,
        void* value,
        nuint bytes
    );

    [LibraryImport(NativeLibraries.CublasLt)]
    internal static partial CublasStatus cublasLtMatmulAlgoGetHeuristic(
        CublasLtHandle handle,
        CublasLtDescriptor operation,
        CublasLtDescriptor a,
        CublasLtDescriptor b,
        CublasLtDescriptor c,
        CublasLtDescriptor d,
        CublasLtDescriptor preference,
        int requested,
        CublasLtHeuristic* results,
        int* returned
    );

    [LibraryImport(NativeLibraries.CublasLt)]
    internal static partial CublasStatus cublasLtMatmul(
        CublasLtHandle handle,
        CublasLtDescriptor operation,
        void* alpha,
        CUdeviceptr a,
        CublasLtDescriptor aLayout,
        CUdeviceptr b,
        CublasLtDescriptor bLayout,
        void* beta,
        CUdeviceptr c,
        CublasLtDescriptor cLayout,
        CUdeviceptr d,
        CublasLtDescriptor dLayout,
        CublasLtAlgorithm* algorithm,
        CUdeviceptr workspace,
        nuint workspaceBytes,
        CUstream stream
    );
}

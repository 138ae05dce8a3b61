using System.Runtime.InteropServices;

namespace Robustness.Interop;

/// <summary>Matrix products of the cuBLASLt library.</summary>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(NativeLibraries.CublasLt)]
    internal static partial nuint cublasLtGetVersion();

    [LibraryImport(NativeLibraries.CublasLt)]
    internal static partial CublasStatus cublasLtCreate(nint* handle);

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
        nint descriptor,
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
        nint preference,
        CublasLtPreferenceAttribute attribute,
        void* value,
        nuint bytes
    );

    [LibraryImport(NativeLibraries.CublasLt)]
    internal static partial CublasStatus cublasLtMatmulAlgoGetHeuristic(
        nint handle,
        nint operation,
        nint a,
        nint b,
        nint c,
        nint d,
        nint preference,
        int requested,
        CublasLtHeuristic* results,
        int* returned
    );

    [LibraryImport(NativeLibraries.CublasLt)]
    internal static partial CublasStatus cublasLtMatmul(
        nint handle,
        nint operation,
        void* alpha,
        CUdeviceptr a,
        nint aLayout,
        CUdeviceptr b,
        nint bLayout,
        void* beta,
        CUdeviceptr c,
        nint cLayout,
        CUdeviceptr d,
        nint dLayout,
        CublasLtAlgorithm* algorithm,
        CUdeviceptr workspace,
        nuint workspaceBytes,
        CUstream stream
    );
}

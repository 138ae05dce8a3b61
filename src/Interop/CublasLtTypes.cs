using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Robustness.Interop;

/// <summary>Result codes of cuBLAS; the values are its own.</summary>
public enum CublasStatus
{
    Success = 0,
    NotInitialized = 1,
    AllocFailed = 3,
    InvalidValue = 7,
    ArchMismatch = 8,
    MappingError = 11,
    ExecutionFailed = 13,
    InternalError = 14,
    NotSupported = 15,
    LicenseError = 16,
}

/// <summary>Element types of matrices; the values are the library's own.</summary>
public enum CudaDataType
{
    Float32 = 0,
    BFloat16 = 14,
}

/// <summary>In which precision sums are taken; the values are the library's own.</summary>
public enum CublasComputeType
{
    Float32 = 68,
    Float32FastTF32 = 77,
}

/// <summary>
/// What happens to a product before it is stored; the values are the library's own.
/// </summary>
public enum CublasLtEpilogue
{
    Default = 1,
    Bias = 4,
    Gelu = 32,
    GeluBias = 36,
}

/// <summary>Attributes of a product that are used here.</summary>
public enum CublasLtMatmulAttribute
{
    TransposeA = 3,
    TransposeB = 4,
    Epilogue = 7,
    BiasPointer = 8,
}

/// <summary>Attributes of a search for an algorithm that are used here.</summary>
public enum CublasLtPreferenceAttribute
{
    MaxWorkspaceBytes = 1,
}

/// <summary>An algorithm, opaque: eight words, as <c>cublasLtMatmulAlgo_t</c>.</summary>
[InlineArray(8)]
public struct CublasLtAlgorithm
{
    private ulong _first;
}

/// <summary>An algorithm and what it needs, as <c>cublasLtMatmulHeuristicResult_t</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct CublasLtHeuristic
{
    public CublasLtAlgorithm Algorithm;
    public nuint WorkspaceBytes;
    public CublasStatus Status;
    public float WavesCount;
    public int Reserved0;
    public int Reserved1;
    public int Reserved2;
    public int Reserved3;
}

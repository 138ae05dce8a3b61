using System.Runtime.CompilerServices;
using Robustness.Compute;
using Robustness.Interop;

namespace Robustness.Backends.Cuda;

/// <summary>How launches are cut; the numbers are those of the kernel files.</summary>
public sealed partial class CudaBackend
{
    private const int WarpSize = 32;
    private const int RowThreads = 128;
    private const int RowsPerBlock = RowThreads / WarpSize;
    private const int ElementThreads = 256;
    private const int ChunkRows = 256;
    private const int ChunkThreads = 256;

    private static uint Blocks(long count, int perBlock) =>
        checked((uint)((count + perBlock - 1) / perBlock));

    /// <summary>One warp a row.</summary>
    private void LaunchRows(
        string kernel,
        int rows,
        params ReadOnlySpan<KernelArgument> arguments
    ) => Launch(kernel, new Dim3(Blocks(rows, RowsPerBlock)), RowThreads, arguments);

    /// <summary>One thread an element.</summary>
    private void LaunchElements(
        string kernel,
        long count,
        params ReadOnlySpan<KernelArgument> arguments
    ) => Launch(kernel, new Dim3(Blocks(count, ElementThreads)), ElementThreads, arguments);

    /// <summary>One block per 32 columns and chunk of rows.</summary>
    private void LaunchChunks(
        string kernel,
        int chunks,
        int columns,
        params ReadOnlySpan<KernelArgument> arguments
    )
    {
        var grid = new Dim3(Blocks(columns, WarpSize), (uint)chunks);
        Launch(kernel, grid, ChunkThreads, arguments);
    }

    /// <summary>target [C] += the chunks' sums in order.</summary>
    private void AddChunks(Tensor target, CUdeviceptr partial, int chunks, int columns) =>
        Launch(
            "add_chunks",
            new Dim3(Blocks(columns, RowThreads)),
            RowThreads,
            target,
            partial,
            chunks,
            columns
        );

    private void Launch(
        string kernel,
        Dim3 grid,
        int threads,
        params ReadOnlySpan<KernelArgument> arguments
    ) => _kernels.Launch(kernel, grid, threads, _stream, arguments);

    private static int Chunks(int rows) => (rows + ChunkRows - 1) / ChunkRows;

    /// <summary>Refuses gaps between rows, which row-wise kernels do not know.</summary>
    private static void MustHaveNoGaps(
        ReadOnlySpan<Tensor> tensors,
        [CallerMemberName] string operation = ""
    )
    {
        foreach (Tensor tensor in tensors)
        {
            if (!tensor.IsNone && !tensor.IsContiguous)
            {
                throw new ArgumentException(
                    $"{operation}: a tensor {tensor.Shape} has row stride {tensor.RowStride}; "
                        + "on a GPU its rows must follow each other without gaps."
                );
            }
        }
    }
}

using System.Runtime.InteropServices;
using Robustness.Compute;

namespace Robustness.Backends.Cpu;

/// <summary>
/// Uninitialised native memory for tensors and packed operands. Blocks of 2 MiB and more begin on
/// such a boundary and ask Linux for huge pages: products and attention walk along columns, where
/// nearly every step is another small page and the table of their addresses does not fit.
/// </summary>
internal static unsafe partial class AlignedMemory
{
    private const nuint HugePage = 1 << 21;
    private const int AdviseHugePages = 14;

    /// <summary>So many bytes, aligned to <see cref="Arena.Alignment"/> or better.</summary>
    public static void* Allocate(nuint byteCount)
    {
        if (byteCount < HugePage || !OperatingSystem.IsLinux())
        {
            return NativeMemory.AlignedAlloc(byteCount, Arena.Alignment);
        }
        nuint whole = checked(byteCount + HugePage - 1) / HugePage * HugePage;
        void* memory = NativeMemory.AlignedAlloc(whole, HugePage);
        // Advice only: a kernel without huge pages refuses it, and small ones do as well.
        _ = Advise(memory, whole, AdviseHugePages);
        return memory;
    }

    /// <summary>Memory for so many floats.</summary>
    public static float* Floats(nint count) =>
        (float*)Allocate(checked((nuint)count * sizeof(float)));

    /// <summary>Gives memory back; null is nothing.</summary>
    public static void Free(void* memory) => NativeMemory.AlignedFree(memory);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint byteCount, int advice);
}

using System.Runtime.InteropServices;
using Robustness.Interop;

namespace Robustness.Cli.Kernels;

/// <summary>The arguments of one launch in native memory, and the pointers to them.</summary>
internal sealed unsafe class ArgumentBlock : IDisposable
{
    private readonly void* _memory;

    public ArgumentBlock(
        IReadOnlyList<CaseArgument> arguments,
        IReadOnlyDictionary<string, CudaDeviceVariable<byte>> memory
    )
    {
        const int Alignment = 16;
        int total = arguments.Sum(argument => Room(argument, Alignment));
        int pointerBytes = Room(arguments.Count * sizeof(void*), Alignment);
        _memory = NativeMemory.AlignedAlloc((nuint)(pointerBytes + total + 1), Alignment);
        Pointers = (void**)_memory;
        byte* next = (byte*)_memory + pointerBytes;
        for (int i = 0; i < arguments.Count; i++)
        {
            CaseArgument argument = arguments[i];
            Pointers[i] = next;
            argument.Bytes.CopyTo(new Span<byte>(next, argument.Bytes.Length));
            if (argument.Buffer is not null)
            {
                ulong address = memory[argument.Buffer].DevicePointer.Pointer;
                *(ulong*)next = address + argument.Offset;
            }
            next += Room(argument, Alignment);
        }
    }

    /// <summary>One pointer per parameter.</summary>
    public void** Pointers { get; }

    public void Dispose() => NativeMemory.AlignedFree(_memory);

    private static int Room(CaseArgument argument, int alignment) =>
        Room(argument.Bytes.Length, alignment);

    private static int Room(int bytes, int alignment) =>
        (bytes + alignment - 1) / alignment * alignment;
}

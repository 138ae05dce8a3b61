using Robustness.Compute;
using Robustness.Interop;

namespace Robustness.Backends.Cuda;

/// <summary>
/// One argument of a launch; a kernel reads as many low bytes as its parameter has.
/// </summary>
/// <param name="Bits">The value, little-endian.</param>
internal readonly record struct KernelArgument(ulong Bits)
{
    public static implicit operator KernelArgument(Tensor tensor) => new((ulong)tensor.Address);

    public static implicit operator KernelArgument(CUdeviceptr address) => new(address.Pointer);

    public static implicit operator KernelArgument(int value) => new((uint)value);

    public static implicit operator KernelArgument(uint value) => new(value);

    public static implicit operator KernelArgument(ulong value) => new(value);

    public static implicit operator KernelArgument(float value) =>
        new(BitConverter.SingleToUInt32Bits(value));

    public static implicit operator KernelArgument(bool value) => new(value ? 1u : 0u);
}

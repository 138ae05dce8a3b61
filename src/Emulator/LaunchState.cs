using Robustness.Interop;

namespace Robustness.Emulator;

/// <summary>What all blocks of a launch share.</summary>
internal sealed unsafe record LaunchState(
    DecodedKernel Kernel,
    DeviceMemory Memory,
    EmulatorOptions Options,
    Dim3 Grid,
    Dim3 Block,
    int DynamicShared,
    byte[] Parameters,
    IReadOnlyDictionary<int, string> Files,
    Func<string, ulong?> FunctionAddress
)
{
    /// <summary>Race epoch at the start of the launch.</summary>
    public uint FirstEpoch { get; init; }

    /// <summary>Current race epoch; only the one thread that checks races moves it.</summary>
    public uint Epoch { get; set; }
}

/// <summary>Ends a block after a fault that it cannot go on from.</summary>
internal sealed class BlockEndedException : Exception;

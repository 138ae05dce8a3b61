using System.Runtime.InteropServices;

namespace Robustness.Interop;

/// <summary>A program that NVRTC keeps until it is destroyed.</summary>
internal sealed unsafe class NvrtcProgramHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        nint program = handle;
        return NativeMethods.nvrtcDestroyProgram(&program) == NvrtcResult.Success;
    }
}

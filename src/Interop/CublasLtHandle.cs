using System.Runtime.InteropServices;

namespace Robustness.Interop;

/// <summary>The library's state on a context.</summary>
internal sealed class CublasLtHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle() =>
        NativeMethods.cublasLtDestroy(handle) == CublasStatus.Success;
}

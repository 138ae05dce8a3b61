using System.Runtime.InteropServices;

namespace Robustness.Interop;

/// <summary>Imports of the native libraries; the resolver finds each library once.</summary>
internal static unsafe partial class NativeMethods
{
    static NativeMethods() =>
        NativeLibrary.SetDllImportResolver(typeof(NativeMethods).Assembly, NativeLibraries.Resolve);

    [LibraryImport(NativeLibraries.Nvrtc)]
    internal static partial NvrtcResult nvrtcVersion(int* major, int* minor);

    [LibraryImport(NativeLibraries.Nvrtc)]
    internal static partial NvrtcResult nvrtcGetNumSupportedArchs(int* count);

    [LibraryImport(NativeLibraries.Nvrtc)]
    internal static partial NvrtcResult nvrtcGetSupportedArchs(int* architectures);

    [LibraryImport(NativeLibraries.Nvrtc)]
    internal static partial NvrtcResult nvrtcCreateProgram(
        out NvrtcProgramHandle program,
        byte* source,
        byte* name,
        int headerCount,
        byte** headers,
        byte** includeNames
    );

    [LibraryImport(NativeLibraries.Nvrtc)]
    internal static partial NvrtcResult nvrtcDestroyProgram(nint* program);

    [LibraryImport(NativeLibraries.Nvrtc)]
    internal static partial NvrtcResult nvrtcCompileProgram(
        NvrtcProgramHandle program,
        int optionCount,
        byte** options
    );

    [LibraryImport(NativeLibraries.Nvrtc)]
    internal static partial NvrtcResult nvrtcGetProgramLogSize(
        NvrtcProgramHandle program,
        nuint* bytes
    );

    [LibraryImport(NativeLibraries.Nvrtc)]
    internal static partial NvrtcResult nvrtcGetProgramLog(NvrtcProgramHandle program, byte* log);

    [LibraryImport(NativeLibraries.Nvrtc)]
    internal static partial NvrtcResult nvrtcGetPTXSize(NvrtcProgramHandle program, nuint* bytes);

    [LibraryImport(NativeLibraries.Nvrtc)]
    internal static partial NvrtcResult nvrtcGetPTX(NvrtcProgramHandle program, byte* ptx);

    [LibraryImport(NativeLibraries.Nvrtc)]
    internal static partial NvrtcResult nvrtcGetCUBINSize(NvrtcProgramHandle program, nuint* bytes);

    [LibraryImport(NativeLibraries.Nvrtc)]
    internal static partial NvrtcResult nvrtcGetCUBIN(NvrtcProgramHandle program, byte* cubin);
}

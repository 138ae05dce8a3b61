using System.Text;

namespace Robustness.Interop;

/// <summary>The API's names of its result codes, and what to do about each.</summary>
public static class CUResultTexts
{
    /// <summary>As in cuda.h, so that it can be looked up: CUDA_ERROR_OUT_OF_MEMORY.</summary>
    public static string ApiName(this CUResult result)
    {
        if (result == CUResult.Success)
        {
            return "CUDA_SUCCESS";
        }
        if (!Enum.IsDefined(result))
        {
            return "an unknown result";
        }
        var name = new StringBuilder("CUDA_ERROR");
        foreach (char letter in result.ToString())
        {
            name.Append(char.IsAsciiLetterUpper(letter) ? "_" : "");
            name.Append(char.ToUpperInvariant(letter));
        }
        return name.ToString();
    }

    /// <summary>One sentence: what the reader can do.</summary>
    public static string Remedy(this CUResult result) =>
        result switch
        {
            CUResult.InvalidValue => "Check the arguments: sizes, addresses and flags.",
            CUResult.OutOfMemory =>
                "The device has not enough free memory; free some, or use smaller batches.",
            CUResult.NotInitialized => "Call Init before anything else.",
            CUResult.Deinitialized => "The process is ending; make no more calls.",
            CUResult.StubLibrary =>
                "libcuda is the toolkit's stub; install the driver of the GPU itself.",
            CUResult.NoDevice => "The driver found no GPU; use the CPU or the emulator.",
            CUResult.InvalidDevice => "Name a device from 0 to one below their count.",
            CUResult.InvalidContext => "Make a CudaContext first and keep it open.",
            CUResult.Unknown or CUResult.HardwareStackError =>
                "Look for messages of the driver in the system's log; restart the process.",
            _ => CodeRemedy(result) ?? LaunchRemedy(result) ?? "Look the name up in cuda.h.",
        };

    private static string? CodeRemedy(CUResult result) =>
        result switch
        {
            CUResult.InvalidImage or CUResult.InvalidSource =>
                "The image is neither PTX nor a cubin; compile it again.",
            CUResult.NoBinaryForGpu =>
                "The code is for another architecture; compile it for this device.",
            CUResult.InvalidPtx => "Correct the PTX or compile its source again.",
            CUResult.UnsupportedPtxVersion =>
                "The PTX is newer than the driver; update the driver or compile with an older "
                    + "NVRTC.",
            CUResult.FileNotFound => "Check the path.",
            CUResult.NotFound => "Check the name against the kernels and variables of the module.",
            CUResult.NotPermitted =>
                "Capture in progress or missing rights; end the capture first.",
            CUResult.NotSupported => "This device or driver cannot do it; do without.",
            _ => null,
        };

    private static string? LaunchRemedy(CUResult result) =>
        result switch
        {
            CUResult.InvalidHandle => "Use an object of this driver that is not yet released.",
            CUResult.IllegalState => "Bring the object into the state that the call expects first.",
            CUResult.NotReady => "Wait for the stream or event.",
            CUResult.IllegalAddress or CUResult.MisalignedAddress =>
                "A kernel accessed memory wrongly; run the case in the emulator, which says where.",
            CUResult.IllegalInstruction or CUResult.LaunchFailed =>
                "A kernel failed; run the case in the emulator, which says where.",
            CUResult.LaunchOutOfResources =>
                "Use fewer threads, registers or less shared memory per block.",
            CUResult.LaunchTimeout =>
                "A kernel ran longer than the display's driver allows; use smaller launches.",
            CUResult.StreamCaptureUnsupported or CUResult.StreamCaptureInvalidated =>
                "Capture only asynchronous work, in a stream that was created.",
            _ => null,
        };
}

using System.Runtime.InteropServices;
using System.Text;

namespace Robustness.Interop;

/// <summary>Turns a result code of the driver into an exception that says what to do.</summary>
internal static unsafe class CudaCall
{
    /// <summary>Throws unless the call succeeded.</summary>
    /// <param name="result">What the call gave.</param>
    /// <param name="call">Its name.</param>
    /// <param name="detail">What is known beyond the code: a log, a name.</param>
    public static void Check(CUResult result, string call, string detail = "")
    {
        if (result == CUResult.Success)
        {
            return;
        }
        string advice = Advice(result);
        string text = detail.Length > 0 ? $"{detail.TrimEnd()}. {advice}" : advice;
        throw new CudaException(result, call, text);
    }

    /// <summary>Text that ends at its NUL, at most so many bytes.</summary>
    public static string Text(byte* text, int mostBytes)
    {
        var bytes = new ReadOnlySpan<byte>(text, mostBytes);
        int end = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
    }

    private static string Advice(CUResult result) =>
        result switch
        {
            CUResult.OutOfMemory => "the device has not enough free memory; use smaller batches.",
            CUResult.NoDevice => "the driver found no GPU; use the CPU or the emulator.",
            CUResult.InvalidDevice => "there is no device of that number.",
            CUResult.NoBinaryForGpu => "the code is for another architecture than this device's.",
            CUResult.InvalidPtx => "the driver does not take this PTX.",
            CUResult.UnsupportedPtxVersion =>
                "the PTX is newer than the driver; update the driver or compile with an older "
                    + "NVRTC.",
            CUResult.StubLibrary => "libcuda is the toolkit's stub; install the driver itself.",
            CUResult.IllegalAddress =>
                "a kernel accessed memory that is not its own; run the case in the emulator.",
            CUResult.LaunchOutOfResources =>
                "the launch asks for more registers, threads or shared memory than there are.",
            _ => Described(result),
        };

    private static string Described(CUResult result)
    {
        byte* text = null;
        bool known =
            NativeMethods.cuGetErrorString(result, &text) == CUResult.Success && text is not null;
        return known ? Marshal.PtrToStringUTF8((nint)text)! : "no description.";
    }
}

using System.Text;

namespace Robustness.Interop;

/// <summary>What each call of the native driver needs.</summary>
internal static unsafe class CudaCall
{
    /// <summary>Throws unless the call succeeded.</summary>
    /// <param name="result">What the call gave.</param>
    /// <param name="call">Its name.</param>
    /// <param name="detail">What is known beyond the code: a log, a name.</param>
    public static void Check(CUResult result, string call, string detail = "")
    {
        if (result != CUResult.Success)
        {
            throw new CudaException(result, call, detail);
        }
    }

    /// <summary>Text that ends at its NUL, at most so many bytes.</summary>
    public static string Text(byte* text, int mostBytes)
    {
        var bytes = new ReadOnlySpan<byte>(text, mostBytes);
        int end = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
    }
}

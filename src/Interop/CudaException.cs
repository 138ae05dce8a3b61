namespace Robustness.Interop;

/// <summary>
/// A call of the driver API that failed; the message names the call, its result and what to do.
/// </summary>
public sealed class CudaException : Exception
{
    /// <param name="result">The API's code.</param>
    /// <param name="call">Name of the call, such as cuMemAlloc.</param>
    /// <param name="detail">What is known of this call beyond the code, or empty.</param>
    /// <param name="inner">What caused it, if known.</param>
    public CudaException(CUResult result, string call, string detail = "", Exception? inner = null)
        : base(Text(result, call, detail), inner)
    {
        Result = result;
        Call = call;
    }

    public CUResult Result { get; }

    public string Call { get; }

    private static string Text(CUResult result, string call, string detail)
    {
        string found = detail.Trim();
        string end = found.Length == 0 || found[^1] is '.' or '!' ? "" : ".";
        string space = found.Length == 0 ? "" : " ";
        return $"{call} failed with {result.ApiName()} ({(int)result}): "
            + $"{found}{end}{space}{result.Remedy()}";
    }
}

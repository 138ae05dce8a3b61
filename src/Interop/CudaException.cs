namespace Robustness.Interop;

/// <summary>
/// A call of the driver API that failed; the message names the call and what to do.
/// </summary>
public class CudaException : Exception
{
    /// <param name="result">The API's code.</param>
    /// <param name="call">Name of the call, such as cuMemAlloc.</param>
    /// <param name="advice">What the reader can do about it.</param>
    /// <param name="inner">What caused it, if known.</param>
    public CudaException(CUResult result, string call, string advice, Exception? inner = null)
        : base($"{call} failed with {result} ({(int)result}): {advice}", inner)
    {
        Result = result;
        Call = call;
    }

    public CUResult Result { get; }

    public string Call { get; }
}

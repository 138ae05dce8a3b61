namespace Robustness.Interop;

/// <summary>A call of NVRTC that failed, with the program's log where there is one.</summary>
public sealed class NvrtcException(NvrtcResult result, string call, string advice, string log)
    : Exception($"{call} failed with {result} ({(int)result}): {advice}")
{
    public NvrtcResult Result { get; } = result;

    public string Call { get; } = call;

    /// <summary>The compiler's own words, or empty.</summary>
    public string Log { get; } = log;
}

namespace Robustness.Interop;

/// <summary>A call of cuBLASLt that failed.</summary>
public sealed class CublasException(CublasStatus status, string call, string advice)
    : Exception($"{call} failed with {status} ({(int)status}): {advice}")
{
    public CublasStatus Status { get; } = status;

    public string Call { get; } = call;

    /// <summary>Throws unless the call succeeded.</summary>
    internal static void Check(CublasStatus status, string call)
    {
        if (status == CublasStatus.Success)
        {
            return;
        }
        string advice = status switch
        {
            CublasStatus.NotSupported =>
                "no algorithm for these types, sizes and alignments; rows of 16 bytes help.",
            CublasStatus.InvalidValue => "an argument is wrong.",
            CublasStatus.AllocFailed => "memory is short.",
            CublasStatus.ArchMismatch => "the device is too old for this operation.",
            _ => "an error inside the library.",
        };
        throw new CublasException(status, call, advice);
    }
}

namespace Robustness.Interop;

/// <summary>Options of module loading that are used here; the values are the API's own.</summary>
public enum CUJitOption
{
    InfoLogBuffer = 3,
    InfoLogBufferSizeBytes = 4,
    ErrorLogBuffer = 5,
    ErrorLogBufferSizeBytes = 6,
    GenerateLineInfo = 13,
}

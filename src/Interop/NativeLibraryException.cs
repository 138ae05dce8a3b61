namespace Robustness.Interop;

/// <summary>A native library that cannot be used: which, what was tried, how to get it.</summary>
public sealed class NativeLibraryException(string library, string found, string advice)
    : Exception($"{library} cannot be loaded (tried {found}). {advice}")
{
    public string Library { get; } = library;
}

namespace Robustness.Emulator;

/// <summary>PTX that cannot be loaded: what is wrong, at which line and token.</summary>
public sealed class PtxException : Exception
{
    public PtxException(int line, string token, string reason)
        : base($"PTX line {line}: '{token}': {reason}")
    {
        Line = line;
        Token = token;
    }

    /// <summary>Line in the PTX text, from 1.</summary>
    public int Line { get; }

    /// <summary>The offending token.</summary>
    public string Token { get; }
}

namespace Robustness.Data;

/// <summary>
/// A fault of a user's data or data settings. The message is one line: file and place, what was
/// found, what is allowed.
/// </summary>
public sealed class DataException : Exception
{
    /// <summary>A fault told in full.</summary>
    public DataException(string message)
        : base(message) { }

    /// <summary>A fault found by another exception, kept for verbose output.</summary>
    public DataException(string message, Exception inner)
        : base(message, inner) { }

    /// <summary>A fault at a line of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="line">Line, from 1.</param>
    /// <param name="fault">What was found, and what is allowed.</param>
    public static DataException AtLine(string path, long line, string fault) =>
        new(FormattableString.Invariant($"{path}, line {line}: {fault}"));

    /// <summary>A fault of a whole file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="fault">What was found, and what is allowed.</param>
    public static DataException InFile(string path, string fault) => new($"{path}: {fault}");

    /// <summary>Text from a file, short enough for a message and on one line.</summary>
    internal static string Quote(string text)
    {
        const int Longest = 40;
        string shown = text.Length <= Longest ? text : text[..Longest] + "...";
        return "\""
            + string.Concat(shown.Select(c => char.IsControl(c) ? $"\\u{(int)c:x4}" : c.ToString()))
            + "\"";
    }
}

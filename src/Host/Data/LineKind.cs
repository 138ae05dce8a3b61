namespace Robustness.Data;

/// <summary>The kinds of lines of the pretraining grammar.</summary>
public enum LineKind
{
    /// <summary>Words repeated: <c>kalo kalo kalo</c>, <c>kalo miru kalo miru</c>.</summary>
    Copy,

    /// <summary>A random string repeated: <c>xqz xqz xqz</c>.</summary>
    RandomCopy,

    /// <summary>Is it the first word? <c>kalo Y miru N kalo Y</c>.</summary>
    Same,

    /// <summary>Is it longer than the word before? <c>kalo mirani + de -</c>.</summary>
    Compare,

    /// <summary>Two labelled words, then both marks in random order.</summary>
    Record,
}

/// <summary>What a character of a line asks of the model.</summary>
public enum MarkKind : byte
{
    /// <summary>Nothing in particular.</summary>
    None,

    /// <summary>The mark behind the first word of a line, which is always Y.</summary>
    Given,

    /// <summary>Y or N: equal or not.</summary>
    Equality,

    /// <summary>+ or -: longer or not.</summary>
    Length,

    /// <summary>A character that a repeat of earlier text determines.</summary>
    Copied,
}

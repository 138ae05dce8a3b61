namespace Robustness.Analysis;

/// <summary>A table cannot be used: the message names file, place, what was found, what is
/// allowed, in one line.</summary>
public sealed class PaperResultsException(string message, Exception? cause = null)
    : Exception(message, cause);

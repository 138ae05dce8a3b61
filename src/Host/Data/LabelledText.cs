namespace Robustness.Data;

/// <summary>One row of a task before it is filtered and shuffled.</summary>
/// <param name="Content">The text between instructions and answer prompt.</param>
/// <param name="Label">The class, 0 or 1.</param>
internal sealed record LabelledText(string Content, int Label);

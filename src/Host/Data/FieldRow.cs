namespace Robustness.Data;

/// <summary>The wanted fields of one row of a table file.</summary>
/// <param name="Line">Line where the row begins, from 1; for Parquet the row's number.</param>
/// <param name="Fields">Values as text, in the order asked for; null where there is none.</param>
public sealed record FieldRow(long Line, IReadOnlyList<string?> Fields);

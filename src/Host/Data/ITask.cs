namespace Robustness.Data;

/// <summary>
/// A binary classification task: where its rows come from and how a prompt is made.
/// </summary>
public interface ITask
{
    /// <summary>The catalog name.</summary>
    string Name { get; }

    /// <summary>Class label strings, class 0 first; they start with a blank.</summary>
    IReadOnlyList<string> ClassNames { get; }

    /// <summary>Makes or reads the rows.</summary>
    /// <param name="limit">The model's length filter; null keeps every row.</param>
    /// <exception cref="DataException">The data, or a count asked for, is at fault.</exception>
    Dataset Load(LengthLimit? limit);
}

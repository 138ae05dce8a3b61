namespace Robustness.Data;

/// <summary>The tasks by name.</summary>
public static class TaskCatalog
{
    /// <summary>Every name that <see cref="Create"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [PasswordMatchTask.CatalogName, WordLengthTask.CatalogName, TextClassificationTask.CatalogName];

    /// <summary>The task that the settings describe.</summary>
    /// <exception cref="DataException">Unknown name, or settings that do not fit
    /// together.</exception>
    public static ITask Create(TaskSettings settings) =>
        settings.Name switch
        {
            PasswordMatchTask.CatalogName => new PasswordMatchTask(settings),
            WordLengthTask.CatalogName => new WordLengthTask(settings),
            TextClassificationTask.CatalogName => new TextClassificationTask(settings),
            _ => throw new DataException(
                $"task {DataException.Quote(settings.Name)} is unknown; allowed: "
                    + $"{string.Join(", ", Names)}."
            ),
        };
}

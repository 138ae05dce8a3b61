namespace Robustness.Tests.Cli;

/// <summary>What can be seen of a store from outside.</summary>
internal sealed class StoreSight(string store)
{
    private readonly string _runs = Path.Combine(store, "runs");

    /// <summary>Runs that are done.</summary>
    public int DoneCount => Runs().Count(IsDone);

    /// <summary>Whether a stage is in flight.</summary>
    public bool IsWorking => Runs().Any(r => !IsDone(r));

    /// <summary>Whether a stage in flight has saved a part of itself.</summary>
    public bool HasSavedState =>
        Runs()
            .Select(r => Path.Combine(r, "state"))
            .Any(s => Directory.Exists(s) && Directory.EnumerateFiles(s, "*.json").Any());

    /// <summary>Whether the study has its tables.</summary>
    public bool IsComplete => File.Exists(TablePath);

    /// <summary>The table's text.</summary>
    public string Table => File.ReadAllText(TablePath);

    /// <summary>Whether a process has the store for itself.</summary>
    public bool HolderIs(int process) =>
        File.Exists(Path.Combine(store, "lock.holder"))
        && File.ReadAllText(Path.Combine(store, "lock.holder"))
            .StartsWith($"process {process} ", StringComparison.Ordinal);

    private string TablePath => Path.Combine(store, "tables", "evaluations.csv");

    private static bool IsDone(string run) => File.Exists(Path.Combine(run, "record.json"));

    private IEnumerable<string> Runs() =>
        Directory.Exists(_runs) ? Directory.EnumerateDirectories(_runs) : [];
}

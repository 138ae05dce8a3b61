namespace Robustness.Analysis;

/// <summary>
/// A folder of result tables, typed: the published ones, or the evaluations.csv and training.csv
/// of a study of ours, which go the same way.
/// </summary>
public sealed class PaperResults
{
    private readonly SortedDictionary<string, List<EvaluationRow>> _evaluations = new(
        StringComparer.Ordinal
    );

    private readonly SortedDictionary<string, List<TrainingRow>> _trainings = new(
        StringComparer.Ordinal
    );

    private readonly Dictionary<string, ResultGroup> _groups = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TrainingGroup> _trainingGroups = new(
        StringComparer.Ordinal
    );

    private readonly Dictionary<string, string> _origins = new(StringComparer.Ordinal);
    private readonly List<string> _notes = [];

    private PaperResults(PaperConvention convention, TableReading reading)
    {
        Convention = convention;
        Reading = reading;
    }

    /// <summary>Which slips are kept.</summary>
    public PaperConvention Convention { get; }

    /// <summary>How the columns were read.</summary>
    public TableReading Reading { get; }

    /// <summary>What was done to the rows, one sentence each.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Data rows read, before exact duplicates were dropped.</summary>
    public int RowCount { get; private set; }

    /// <summary>Evaluation groups in ordinal order of their names.</summary>
    public IEnumerable<ResultGroup> Groups => _evaluations.Keys.Select(n => _groups[n]);

    /// <summary>Training groups in ordinal order of their names.</summary>
    public IEnumerable<string> TrainingGroupNames => _trainings.Keys;

    /// <summary>The rows of an evaluation group, in file order.</summary>
    public IReadOnlyList<EvaluationRow> Evaluations(ResultGroup group)
    {
        ArgumentNullException.ThrowIfNull(group);
        return _evaluations[group.Name];
    }

    /// <summary>The rows of training groups pooled; none of groups that are not there.</summary>
    public IReadOnlyList<TrainingRow> Trainings(params IEnumerable<string> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        return
        [
            .. groups.SelectMany(g =>
                _trainings.TryGetValue(g, out List<TrainingRow>? rows) ? rows : []
            ),
        ];
    }

    /// <summary>The training groups that made the models of an evaluation group.</summary>
    public IReadOnlyList<string> TrainingGroupsOf(ResultGroup group)
    {
        ArgumentNullException.ThrowIfNull(group);
        if (group.Published)
        {
            return group.TrainingGroups;
        }
        if (group.Kind != GroupKind.AdversariallyTrained || !group.Described)
        {
            return [];
        }
        TrainingGroup[] fitting =
        [
            .. _trainingGroups.Values.Where(t =>
                (t.Family, t.Task, t.TrainedAttack)
                == (group.Family, group.Task, group.TrainedAttack)
            ),
        ];
        TrainingGroup[] same = [.. fitting.Where(t => t.Position == group.Position)];
        return [.. (same.Length > 0 ? same : fitting).Select(t => t.Name).Order()];
    }

    /// <summary>Where the training of an evaluation group's models put the attack text.</summary>
    public IReadOnlyList<string> TrainingPositionsOf(ResultGroup group) =>
        [
            .. TrainingGroupsOf(group)
                .Select(n => _trainingGroups.GetValueOrDefault(n)?.Position)
                .OfType<string>()
                .Distinct(),
        ];

    /// <summary>Reads every table of a folder.</summary>
    /// <param name="folder">Holds the tables.</param>
    /// <param name="convention">Which published slips are kept.</param>
    /// <param name="reading">How columns are read; null as the published analysis does.</param>
    /// <exception cref="PaperResultsException">
    /// A table cannot be used; says which and why.
    /// </exception>
    public static PaperResults Read(
        string folder,
        PaperConvention convention,
        TableReading? reading = null
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var results = new PaperResults(convention, reading ?? TableReading.Published);
        foreach (string path in TableFiles.Find(folder))
        {
            results.Add(path);
        }
        results.NameGroups();
        results.NoteConvention();
        return results;
    }

    /// <summary>The same without some evaluations; a group that has none left is gone.</summary>
    public PaperResults Without(Func<EvaluationRow, bool> leftOut)
    {
        ArgumentNullException.ThrowIfNull(leftOut);
        var rest = new PaperResults(Convention, Reading) { RowCount = RowCount };
        rest._notes.AddRange(_notes);
        foreach ((string name, List<EvaluationRow> rows) in _evaluations)
        {
            List<EvaluationRow> kept = [.. rows.Where(r => !leftOut(r))];
            if (kept.Count > 0)
            {
                rest._evaluations.Add(name, kept);
                rest._groups.Add(name, _groups[name]);
            }
        }
        foreach ((string name, List<TrainingRow> rows) in _trainings)
        {
            rest._trainings.Add(name, rows);
        }
        foreach ((string name, TrainingGroup group) in _trainingGroups)
        {
            rest._trainingGroups.Add(name, group);
        }
        return rest;
    }

    private void Add(string path)
    {
        string file = Path.GetFileName(path);
        CsvTable table = CsvTable.Parse(file, TableFiles.Read(path));
        string name = TableFiles.GroupName(path);
        string? folder = Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(path)));
        bool training = RowReader.IsTraining(table, folder);
        string origin = (training ? "training " : "evaluation ") + name;
        if (!_origins.TryAdd(origin, path))
        {
            throw new PaperResultsException(
                $"{file}: group {name} is there already, in {_origins[origin]}"
            );
        }
        RowCount += table.Rows.Count + table.DuplicateCount;
        if (table.DuplicateCount > 0)
        {
            _notes.Add($"{file}: {table.DuplicateCount} exact duplicates dropped.");
        }
        if (table.Rows.Count == 0)
        {
            _notes.Add($"{file}: holds no row.");
        }
        if (training)
        {
            Collect(
                _trainings,
                RowReader.Trainings(table, name, Convention, Reading),
                r => r.Group
            );
            Describe(table, name, isTraining: true);
            return;
        }
        List<EvaluationRow> rows = RowReader.Evaluations(table, name, Convention, Reading);
        if (rows.Count < table.Rows.Count)
        {
            _notes.Add($"{file}: {table.Rows.Count - rows.Count} rows without asr left out.");
        }
        Collect(_evaluations, rows, r => r.Group);
        Describe(table, name, isTraining: false);
    }

    private static void Collect<T>(
        SortedDictionary<string, List<T>> groups,
        List<T> rows,
        Func<T, string> groupOf
    )
    {
        foreach (T row in rows)
        {
            string name = groupOf(row);
            if (!groups.TryGetValue(name, out List<T>? list))
            {
                groups.Add(name, list = []);
            }
            list.Add(row);
        }
    }

    /// <summary>Takes the descriptions that tables of ours carry in their own columns.</summary>
    private void Describe(CsvTable table, string otherwise, bool isTraining)
    {
        if (!table.Has("trained_attack") || !table.Has("task"))
        {
            return;
        }
        for (int i = 0; i < table.Rows.Count; i++)
        {
            string own = table.Text(i, "group");
            string name = own.Length > 0 ? own : otherwise;
            string family = table.Text(i, "model_family");
            string task = table.Text(i, "task");
            string trained = table.Text(i, "trained_attack");
            string position = table.Text(i, "position");
            if (isTraining)
            {
                _trainingGroups.TryAdd(name, new(name, family, task, trained, position));
                continue;
            }
            string attack = table.Text(i, "attack");
            GroupKind kind =
                trained.Length > 0 ? GroupKind.AdversariallyTrained : GroupKind.FineTuned;
            _groups.TryAdd(
                name,
                new(name, family, task, attack, trained, position, kind)
                {
                    SlopesByRound = trained.Length > 0,
                    SizeRegression = trained.Length == 0,
                }
            );
        }
    }

    private void NameGroups()
    {
        foreach ((string name, List<EvaluationRow> rows) in _evaluations)
        {
            if (PublishedGroups.Evaluations.TryGetValue(name, out ResultGroup? published))
            {
                _groups[name] = published;
            }
            else if (!_groups.ContainsKey(name))
            {
                GroupKind kind =
                    name.Contains("strongreject", StringComparison.OrdinalIgnoreCase)
                        ? GroupKind.StrongReject
                    : rows.TrueForAll(r => r.Round == 0) ? GroupKind.FineTuned
                    : GroupKind.AdversariallyTrained;
                _groups[name] = ResultGroup.Unknown(name, kind);
                _notes.Add($"Group {name} is not a published one: its rows are kept, no more.");
            }
            NoteUnknownSizes(name, rows);
        }
        foreach (string name in _trainings.Keys.Where(n => !_trainingGroups.ContainsKey(n)))
        {
            if (!PublishedGroups.Trainings.ContainsKey(name))
            {
                _notes.Add($"Training group {name} is not a published one: its rows are kept.");
            }
        }
    }

    private void NoteUnknownSizes(string name, List<EvaluationRow> rows)
    {
        string[] sizes =
        [
            .. rows.Where(r => r.PretrainingFlops is null).Select(r => r.ModelSize).Distinct(),
        ];
        if (sizes.Length > 0)
        {
            _notes.Add(
                $"{name}: pretraining compute of {string.Join(", ", sizes)} is not known; cells "
                    + "that need it are empty."
            );
        }
    }

    private void NoteConvention()
    {
        _notes.Add(
            Convention == PaperConvention.Paper
                ? "Convention paper: pretraining compute of Qwen2.5 3B and 7B swapped as "
                    + "published; attack compute of 12b on fine-tuned models times 1.6 (IMDB), "
                    + "1.78 (Spam), 1.75 (PasswordMatch)."
                : "Convention corrected: every model its own pretraining compute, no factors."
        );
        _notes.Add(
            "Fractions of pretraining compute are computed anew by parameter count; the stored "
                + "pretrain_compute, fraction and mean columns are not read."
        );
    }
}

namespace Robustness.Data;

/// <summary>
/// Classification of texts from a user's files: JSON Lines, CSV or Parquet. The text is a
/// perturbable chunk between instructions and answer prompt.
/// </summary>
public sealed class TextClassificationTask : ITask
{
    /// <summary>The name in <see cref="TaskCatalog"/>.</summary>
    public const string CatalogName = "text-classification";

    private readonly TaskSettings _settings;
    private readonly TextClassificationSettings _text;

    /// <summary>A task over the files that the settings name; nothing is read yet.</summary>
    /// <exception cref="DataException">Settings that cannot be meant.</exception>
    public TextClassificationTask(TaskSettings settings)
    {
        _settings = settings;
        _text =
            settings.Text
            ?? throw new DataException($"task {CatalogName} needs a file; field text is absent.");
        Require(_text.TextColumns.Count > 0, "text columns", "none", "one name or more");
        RequirePair("label values", _text.LabelValues);
        RequirePair("class names", _text.ClassNames);
        Require(
            _text.ValidationPath is not null || _text.ValidationShare is >= 0 and < 1,
            "validation share",
            FormattableString.Invariant($"{_text.ValidationShare}"),
            "0 or more, below 1"
        );
    }

    /// <inheritdoc/>
    public string Name => CatalogName;

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames => _text.ClassNames;

    /// <inheritdoc/>
    public Dataset Load(LengthLimit? limit)
    {
        // One set for both splits, filled in file order: what trains is never held out.
        var seen = _text.DropDuplicates ? new HashSet<string>(StringComparer.Ordinal) : null;
        var train = new TextSplit("train", _text.TrainPath);
        var validation = new TextSplit("validation", _text.ValidationPath ?? _text.TrainPath);
        IReadOnlyList<LabelledText> rows = LabelledFile.Read(_text.TrainPath, _text);
        for (int row = 0; row < rows.Count; row++)
        {
            bool heldOut = _text.ValidationPath is null && IsHeldOut(row);
            (heldOut ? validation : train).Add(rows[row], seen);
        }
        if (_text.ValidationPath is string path)
        {
            foreach (LabelledText row in LabelledFile.Read(path, _text))
            {
                validation.Add(row, seen);
            }
        }
        var (trainRows, trainReport) = Build(train, _settings.TrainCount, limit);
        var (heldOutRows, heldOutReport) = Build(validation, _settings.ValidationCount, limit);
        var report = new LoadReport([trainReport, heldOutReport]);
        return new Dataset(Name, ClassNames, trainRows, heldOutRows, report);
    }

    private static void Require(bool holds, string field, string found, string allowed)
    {
        if (!holds)
        {
            throw new DataException(
                $"task {CatalogName}: {field}: found {found}; allowed: {allowed}."
            );
        }
    }

    private static void RequirePair(string field, IReadOnlyList<string> values) =>
        Require(
            values.Count == 2 && values[0] != values[1],
            field,
            string.Join(", ", values.Select(DataException.Quote)),
            "two that differ, class 0 first"
        );

    private bool IsHeldOut(int row)
    {
        decimal share = (decimal)_text.ValidationShare;
        return Math.Floor((row + 1) * share) > Math.Floor(row * share);
    }

    private (IReadOnlyList<Example>, SplitReport) Build(
        TextSplit split,
        int? count,
        LengthLimit? limit
    )
    {
        string answer = PairLayout.AnswerPrompt;
        var builder = new SplitBuilder(
            split.Name,
            split.Source,
            content => _text.Instructions + content + answer,
            content =>
                [
                    new(ChunkKind.Immutable, _text.Instructions),
                    new(ChunkKind.Perturbable, content),
                    new(ChunkKind.Immutable, answer),
                ],
            limit
        );
        return builder.ShuffleThenFilter(split, _text.Shuffle, count);
    }
}

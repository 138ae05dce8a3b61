namespace Robustness.Data;

/// <summary>Texts and labels of one file: joins the text columns, checks every label.</summary>
internal static class LabelledFile
{
    /// <summary>All rows in file order, both classes among them.</summary>
    /// <exception cref="DataException">The file, a column or a label is at fault.</exception>
    public static IReadOnlyList<LabelledText> Read(string path, TextClassificationSettings settings)
    {
        string[] columns = [.. settings.TextColumns, settings.LabelColumn];
        IReadOnlyList<FieldRow> rows = TableFile.Read(path, columns);
        var texts = new LabelledText[rows.Count];
        for (int index = 0; index < texts.Length; index++)
        {
            FieldRow row = rows[index];
            string content = string.Join(' ', row.Fields.SkipLast(1));
            bool empty = row.Fields.SkipLast(1).All(string.IsNullOrEmpty);
            texts[index] = new LabelledText(empty ? "" : content, Label(path, row, settings));
        }
        int other = Array.FindIndex(texts, text => text.Label != texts[0].Label);
        return other >= 0
            ? texts
            : throw DataException.InFile(
                path,
                $"column {DataException.Quote(settings.LabelColumn)} holds only "
                    + $"{DataException.Quote(settings.LabelValues[texts[0].Label])}; "
                    + "both classes must occur."
            );
    }

    private static int Label(string path, FieldRow row, TextClassificationSettings settings)
    {
        string? found = row.Fields[^1];
        for (int label = 0; label < settings.LabelValues.Count; label++)
        {
            if (found == settings.LabelValues[label])
            {
                return label;
            }
        }
        throw DataException.AtLine(
            path,
            row.Line,
            $"column {DataException.Quote(settings.LabelColumn)} holds "
                + $"{(found is null ? "nothing" : DataException.Quote(found))}; allowed are "
                + $"{string.Join(" and ", settings.LabelValues.Select(DataException.Quote))}."
        );
    }
}

using System.Globalization;

namespace Robustness.Results;

/// <summary>One column of a table: text, whole numbers or doubles; null is an empty cell.</summary>
public abstract record TableColumn(string Name)
{
    /// <summary>Rows.</summary>
    public abstract int Count { get; }

    /// <summary>The cell as it stands in a CSV, unquoted; empty for null.</summary>
    public abstract string Cell(int row);

    /// <summary>Text.</summary>
    public sealed record Text(string Name, IReadOnlyList<string?> Values) : TableColumn(Name)
    {
        /// <inheritdoc/>
        public override int Count => Values.Count;

        /// <inheritdoc/>
        public override string Cell(int row) => Values[row] ?? "";
    }

    /// <summary>Whole numbers.</summary>
    public sealed record Whole(string Name, IReadOnlyList<long?> Values) : TableColumn(Name)
    {
        /// <inheritdoc/>
        public override int Count => Values.Count;

        /// <inheritdoc/>
        public override string Cell(int row) =>
            Values[row]?.ToString(CultureInfo.InvariantCulture) ?? "";
    }

    /// <summary>Doubles: shortest text that reads back; never NaN or infinite.</summary>
    public sealed record Real(string Name, IReadOnlyList<double?> Values) : TableColumn(Name)
    {
        /// <inheritdoc/>
        public override int Count => Values.Count;

        /// <inheritdoc/>
        public override string Cell(int row) =>
            Values[row] switch
            {
                null => "",
                { } x when double.IsFinite(x) => x.ToString("R", CultureInfo.InvariantCulture),
                { } x => throw new InvalidOperationException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"Column {Name}, row {row} holds {x}; a table holds finite numbers only."
                    )
                ),
            };
    }
}

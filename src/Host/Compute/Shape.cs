using System.Runtime.CompilerServices;

namespace Robustness.Compute;

/// <summary>
/// The shape of a tensor: [n] or [rows, columns], row-major. Sizes are int, counts 64-bit.
/// </summary>
public readonly record struct Shape
{
    /// <summary>A vector of n elements.</summary>
    public Shape(int n)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        Rank = 1;
        Rows = 1;
        Columns = n;
    }

    /// <summary>A matrix.</summary>
    public Shape(int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        Rank = 2;
        Rows = rows;
        Columns = columns;
    }

    /// <summary>1 or 2.</summary>
    public int Rank { get; }

    /// <summary>Rows; 1 for a vector.</summary>
    public int Rows { get; }

    /// <summary>Columns; the length of a vector.</summary>
    public int Columns { get; }

    /// <summary>Elements.</summary>
    public long Count => (long)Rows * Columns;

    /// <summary>Rows and columns; a vector is one row.</summary>
    public void Deconstruct(out int rows, out int columns)
    {
        rows = Rows;
        columns = Columns;
    }

    /// <summary>Throws, naming the argument, what was found and what was expected.</summary>
    public void MustBe(
        Shape expected,
        [CallerArgumentExpression(nameof(expected))] string? rule = null,
        [CallerMemberName] string? operation = null
    )
    {
        if (this != expected)
        {
            throw new ArgumentException(
                $"{operation}: a tensor is {this}, but {rule} asks for {expected}."
            );
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Rank == 1 ? $"[{Columns}]" : $"[{Rows}, {Columns}]";
}

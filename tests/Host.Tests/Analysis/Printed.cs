using System.Globalization;
using NUnit.Framework;

namespace Robustness.Tests.Analysis;

/// <summary>Compares a value with a printed number to its last printed digit.</summary>
internal static class Printed
{
    /// <summary>The cell must round to the printed text; <c>-</c> means there is none.</summary>
    public static void Check(string cell, string printed, string what)
    {
        if (printed == "-")
        {
            Assert.That(cell, Is.EqualTo("-"), what);
            return;
        }
        // A half unit of the last digit, and what double arithmetic may add at a tie.
        double unit = LastDigit(printed);
        Assert.That(
            Value(cell),
            Is.EqualTo(Value(printed)).Within(0.5 * unit * (1 + 1e-9)),
            $"{what}: {cell} is printed as {printed}"
        );
    }

    /// <summary>Reads a number.</summary>
    public static double Value(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static double LastDigit(string printed)
    {
        string[] parts = printed.Split('e');
        int point = parts[0].IndexOf('.', StringComparison.Ordinal);
        int digits = point < 0 ? 0 : parts[0].Length - point - 1;
        int exponent = parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0;
        return Math.Pow(10, exponent - digits);
    }
}

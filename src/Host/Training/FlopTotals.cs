using Robustness.Attacks;

namespace Robustness.Training;

/// <summary>Sums of FLOPs over a run, under the four rules; wider than 64 bits.</summary>
public readonly record struct FlopTotals(
    UInt128 Paper,
    UInt128 Published,
    UInt128 Executed,
    UInt128 Linear
)
{
    /// <summary>Component-wise sum.</summary>
    public static FlopTotals operator +(FlopTotals a, FlopTotals b) => a.Plus(b);

    /// <summary>Component-wise sum.</summary>
    public FlopTotals Plus(FlopTotals other) =>
        new(
            Paper + other.Paper,
            Published + other.Published,
            Executed + other.Executed,
            Linear + other.Linear
        );

    /// <summary>Counts of one example.</summary>
    public static FlopTotals Of(FlopCounts counts) =>
        new(
            (UInt128)counts.Paper,
            (UInt128)counts.Published,
            (UInt128)counts.Executed,
            (UInt128)counts.Linear
        );
}

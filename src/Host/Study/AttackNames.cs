using Robustness.Attacks;

namespace Robustness.Study;

/// <summary>Names of attacks and positions, the same in study files, tables and commands.</summary>
public static class AttackNames
{
    /// <summary>Every attack.</summary>
    public static IReadOnlyList<(string Name, AttackKind Value)> All { get; } =
    [
        ("identity", AttackKind.Identity),
        ("random_token", AttackKind.RandomToken),
        ("gcg", AttackKind.Gcg),
    ];

    /// <summary>Every position.</summary>
    public static IReadOnlyList<(string Name, InsertionPosition Value)> Positions { get; } =
    [
        ("suffix", InsertionPosition.Suffix),
        ("prefix", InsertionPosition.Prefix),
        ("infix90", InsertionPosition.Infix90),
    ];

    /// <summary>An attack's name.</summary>
    public static string NameOf(AttackKind kind) => All.First(a => a.Value == kind).Name;

    /// <summary>A position's name.</summary>
    public static string NameOf(InsertionPosition position) =>
        Positions.First(p => p.Value == position).Name;
}

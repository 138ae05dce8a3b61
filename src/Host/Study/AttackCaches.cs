namespace Robustness.Study;

/// <summary>Which caches attacks use; results are the same with and without.</summary>
/// <param name="Prefix">Keys and values of the prompt before the attack.</param>
/// <param name="PositionReuse">A candidate's rows are computed from its changed token on.</param>
public sealed record AttackCaches(bool Prefix = true, bool PositionReuse = true);

using Robustness.Analysis;
using Robustness.Attacks;
using Robustness.Reporting;

namespace Robustness.Cli;

/// <summary>How the success of an attack is read (conventions 5), from its label.</summary>
internal static class AttackReading
{
    /// <summary>Whether the attack searches or draws.</summary>
    public static AttackRole RoleOf(string attack) =>
        Is(attack, "random_token") ? AttackRole.Random : AttackRole.Search;

    /// <summary>The reading that the published tables have for the attack.</summary>
    public static SuccessReading Of(string attack) =>
        Is(attack, "random_token") ? SuccessReading.EverBroken
        : Is(attack, "beast") ? SuccessReading.BestByLoss
        : SuccessReading.Instantaneous;

    /// <summary>A trace in that reading.</summary>
    public static AttackedRow Row(AttackTrace trace, SuccessReading reading)
    {
        bool[] broken = new bool[trace.Iterations.Count];
        bool ever = false;
        (double loss, bool best) = (double.PositiveInfinity, false);
        for (int i = 0; i < broken.Length; i++)
        {
            AttackIteration iteration = trace.Iterations[i];
            ever |= iteration.Success;
            if (iteration.Loss < loss)
            {
                (loss, best) = (iteration.Loss, iteration.Success);
            }
            broken[i] = reading switch
            {
                SuccessReading.EverBroken => ever,
                SuccessReading.BestByLoss => best,
                _ => iteration.Success,
            };
        }
        return new(trace.RowId, broken);
    }

    private static bool Is(string attack, string kind) =>
        attack.StartsWith(kind, StringComparison.Ordinal);
}

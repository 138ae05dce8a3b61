namespace Robustness.Reporting;

/// <summary>One row as an attack left it.</summary>
/// <param name="Victim">The attacked classifier.</param>
/// <param name="Attack">Label of the attack.</param>
/// <param name="Before">Text before the attack's string.</param>
/// <param name="AttackText">The string.</param>
/// <param name="After">Text after it.</param>
/// <param name="CleanText">The prompt without the attack.</param>
/// <param name="Label">True class.</param>
/// <param name="Prediction">Class predicted with the string.</param>
/// <param name="LossBefore">The attacker's loss on the clean prompt.</param>
/// <param name="LossAfter">The attacker's loss with the string.</param>
/// <param name="Iteration">The iteration of the string: the first success, or the last.</param>
public sealed record AttackedPrompt(
    Victim Victim,
    string Attack,
    string Before,
    string AttackText,
    string After,
    string CleanText,
    int Label,
    int Prediction,
    double LossBefore,
    double LossAfter,
    int Iteration
)
{
    internal bool IsBroken => Prediction != Label;

    internal string Text => Before + AttackText + After;
}

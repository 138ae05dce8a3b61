using System.Globalization;

namespace Robustness.Results;

/// <summary>
/// Our own names of models in the tables; both tables use them, so rows join on (name, seed,
/// round). No name is ever taken apart again.
/// </summary>
public static class ModelNames
{
    /// <summary>A classifier; its rounds of adversarial training share the name.</summary>
    public static string Of(
        string family,
        string size,
        string task,
        string trainedAttack,
        string trainedPosition,
        int seedIndex
    )
    {
        string name = $"{family}-{size}-{task}";
        if (!string.IsNullOrEmpty(trainedAttack))
        {
            name += $"-{trainedAttack}-{trainedPosition}";
        }
        return string.Create(CultureInfo.InvariantCulture, $"{name}-s{seedIndex}");
    }

    /// <summary>A round of it.</summary>
    public static string Revision(int round) =>
        string.Create(CultureInfo.InvariantCulture, $"adv-training-round-{round}");
}

using System.Globalization;
using Robustness.Analysis;

namespace Robustness.Reporting;

/// <summary>What readers call groups, tasks, attacks and choices of rounds.</summary>
internal static class PaperNames
{
    public static string Task(string task) =>
        task switch
        {
            "imdb" => "IMDB",
            "spam" => "Spam",
            "pm" => "PasswordMatch",
            "wl" => "WordLength",
            "helpful" => "Helpful",
            "harmless" => "Harmless",
            "strongreject" => "StrongREJECT",
            _ => task,
        };

    public static string Family(string family) =>
        family switch
        {
            "pythia" => "Pythia",
            "qwen2.5" => "Qwen2.5",
            _ => family,
        };

    /// <summary>An attack as readers know it; settings in its label stay: GCG-128.</summary>
    public static string Attack(string attack)
    {
        int end = attack.IndexOf('-', StringComparison.Ordinal);
        string kind = end < 0 ? attack : attack[..end];
        string settings = end < 0 ? "" : attack[end..];
        string name = kind switch
        {
            "gcg" => "GCG",
            "random_token" => "RandomToken",
            "beast" => "BEAST",
            "beam_search" => "BeamSearch",
            _ => kind,
        };
        return name + settings;
    }

    /// <summary>
    /// Task, family and attack; the name itself for a group of which no more is known.
    /// </summary>
    public static string Panel(ResultGroup group)
    {
        if (!group.Described)
        {
            return group.Name;
        }
        string name = $"{Task(group.Task)}, {Family(group.Family)}";
        string size = group.Name.Contains("152a", StringComparison.Ordinal) ? ", small" : "";
        return group.Variant.Length > 0 ? $"{name}, {group.Variant}" : name + size;
    }

    /// <summary>The panel of a group whose attack and training both matter.</summary>
    public static string Transfer(ResultGroup group) =>
        group.Described
            ? $"{Panel(group)}: {Attack(group.TrainedAttack)} → {Attack(group.Attack)} "
                + group.Position
            : group.Name;

    public static string Selector(string selector) =>
        selector switch
        {
            "finetuned" => "fine-tuned",
            "0" => "round 0",
            "-1" => "final round",
            _ => $"≈ {Share(selector)} of pretraining",
        };

    private static string Share(string selector) =>
        double.Parse(selector, CultureInfo.InvariantCulture)
            .ToString("0.###%", CultureInfo.InvariantCulture);
}

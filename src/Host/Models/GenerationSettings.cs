using System.Globalization;

namespace Robustness.Models;

/// <summary>How new tokens are chosen, and how many.</summary>
public sealed record GenerationSettings
{
    /// <summary>New tokens of a prompt at most.</summary>
    public int NewTokenCount { get; init; } = 32;

    /// <summary>
    /// Logits are divided by it before sampling; 0 = greedy, the most probable token.
    /// </summary>
    public double Temperature { get; init; }

    /// <summary>Only the k most probable tokens are sampled; 0 = all.</summary>
    public int TopK { get; init; }

    /// <summary>
    /// Only the most probable tokens that together reach this probability (among those that
    /// top-k left) are sampled; 1 = all.
    /// </summary>
    public double TopP { get; init; } = 1;

    /// <summary>Seed of the stream <c>generation/sample</c>.</summary>
    public long Seed { get; init; }

    /// <summary>A token that ends a continuation, and is its last; or null.</summary>
    public int? StopId { get; init; }

    /// <summary>
    /// Also give ln p of every new token, under the model itself (temperature 1).
    /// </summary>
    public bool LogProbabilities { get; init; }

    /// <summary>Keep keys and values of earlier tokens. Changes no result.</summary>
    public bool Cache { get; init; } = true;

    /// <summary>Prompts that go together, each with a cache slot. Changes no result.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>Largest rows of one launch. Changes no result.</summary>
    public int LaunchRows { get; init; } = 4096;

    /// <summary>
    /// Everything that is wrong, each with field, value and rule; empty when sound.
    /// </summary>
    public IReadOnlyList<string> Faults()
    {
        var faults = new List<string>();
        AtLeast(NewTokenCount, 1, "new_tokens");
        AtLeast(TopK, 0, "top_k");
        AtLeast(BatchSize, 1, "batch");
        AtLeast(LaunchRows, 1, "launch_rows");
        if (!(Temperature >= 0 && double.IsFinite(Temperature)))
        {
            faults.Add(Text($"temperature is {Temperature}; allowed is 0 (greedy) or above."));
        }
        if (TopP is not (> 0 and <= 1))
        {
            faults.Add(Text($"top_p is {TopP}; allowed is above 0 up to 1."));
        }
        if (Temperature == 0 && (TopK > 0 || TopP < 1))
        {
            faults.Add("top_k and top_p choose among samples; give a temperature above 0 too.");
        }
        return faults;

        void AtLeast(int value, int least, string field)
        {
            if (value < least)
            {
                faults.Add(Text($"{field} is {value}; allowed is from {least}."));
            }
        }
    }

    /// <summary>These settings, or an error that names every fault.</summary>
    public GenerationSettings Validated()
    {
        var faults = Faults();
        return faults.Count == 0
            ? this
            : throw new ArgumentException("Generation: " + string.Join(" ", faults));
    }

    private static string Text(FormattableString text) =>
        text.ToString(CultureInfo.InvariantCulture);
}

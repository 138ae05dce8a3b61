using System.Globalization;

namespace Robustness.Analysis;

/// <summary>
/// The published model sizes, found by parameter count: label and pretraining compute
/// 6·N·D (N = backbone parameters for Pythia, language-model parameters for Qwen2.5; D = tokens).
/// </summary>
public static class PublishedSizes
{
    private const long PythiaTokens = 299_892_736_000;
    private const long QwenTokens = 10_500_000_000_000;
    private const long SmallestQwenTokens = 18_000_000_000_000;

    private static readonly Size[] s_sizes =
    [
        new("14m", 7629056, 14067712, 7628800, PythiaTokens),
        new("31m", 17617408, 30494720, 17616896, PythiaTokens),
        new("70m", 44672000, 70426624, 44670976, PythiaTokens),
        new("160m", 123691008, 162322944, 123689472, PythiaTokens),
        new("410m", 353824768, 405334016, 353822720, PythiaTokens),
        new("1b", 908763136, 1011781632, 908759040, PythiaTokens),
        new("1.4b", 1311629312, 1414647808, 1311625216, PythiaTokens),
        new("2.8b", 2646435840, 2775208960, 2646430720, PythiaTokens),
        new("6.9b", 6650740736, 6857302016, 6650732544, PythiaTokens),
        new("12b", LargestPythia, 11846072320, 11586549760, PythiaTokens),
        new("0.5B", 494034560, 494032768, 494032768, SmallestQwenTokens),
        new("1.5B", 1543717376, 1543714304, 1543714304, QwenTokens),
        new("3B", 3085942784, 3085938688, 3085938688, QwenTokens),
        new("7B", 7070626304, 7615616512, 7615616512, QwenTokens),
        new("14B", 13991476224, 14770033664, 14770033664, QwenTokens),
    ];

    private static readonly Dictionary<long, Size> s_byParameters = s_sizes
        .SelectMany(s => new[] { (s.Classifier, s), (s.LanguageModel, s) })
        .ToDictionary(p => p.Item1, p => p.s);

    private static readonly Dictionary<string, Size> s_byLabel = s_sizes.ToDictionary(s => s.Label);

    /// <summary>Classifier parameters of Pythia 12b, whose GCG runs were counted short.</summary>
    public const long LargestPythia = 11586560000;

    /// <summary>
    /// Place of a published size among the sizes of its family, from 0, and their number; null for
    /// any other.
    /// </summary>
    internal static (string Family, int Rank, int Count)? Rank(long parameters)
    {
        if (!s_byParameters.TryGetValue(parameters, out Size? size))
        {
            return null;
        }
        bool isPythia = size.Tokens == PythiaTokens;
        Size[] family = Array.FindAll(s_sizes, s => (s.Tokens == PythiaTokens) == isPythia);
        return (isPythia ? "pythia" : "qwen2.5", Array.IndexOf(family, size), family.Length);
    }

    /// <summary>Pretraining FLOPs of a published size, null for any other.</summary>
    public static double? PretrainingFlops(long parameters, PaperConvention convention)
    {
        if (!s_byParameters.TryGetValue(parameters, out Size? size))
        {
            return null;
        }
        Size counted = (convention, size.Label) switch
        {
            (PaperConvention.Paper, "3B") => s_byLabel["7B"],
            (PaperConvention.Paper, "7B") => s_byLabel["3B"],
            _ => size,
        };
        return (double)((UInt128)6 * (ulong)counted.Pretrained * (ulong)counted.Tokens);
    }

    /// <summary>
    /// The label of a size: the published one, else the table's own, else the count itself.
    /// </summary>
    public static string Label(long parameters, string? own)
    {
        if (s_byParameters.TryGetValue(parameters, out Size? size))
        {
            return size.Label;
        }
        bool named =
            !string.IsNullOrWhiteSpace(own)
            && !double.TryParse(own, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
        return named ? own! : parameters.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>One published model: its counts as classifier and as language model.</summary>
    private sealed record Size(
        string Label,
        long Classifier,
        long LanguageModel,
        long Pretrained,
        long Tokens
    );
}

using System.Text.Json.Nodes;

namespace Robustness.Results;

/// <summary>
/// The content address of a run: SHA-256 of the canonical JSON of its stage and its scientific
/// settings, never of backend, threads, workers, caches, paths or versions. The same key scopes
/// the run's random streams.
/// </summary>
/// <param name="Hex">64 lower-case hex digits.</param>
public readonly record struct RunKey(string Hex)
{
    /// <summary>Hex digits of <see cref="RunId"/>.</summary>
    public const int RunIdLength = 16;

    /// <summary>The short name used in tables.</summary>
    public string RunId => Hex[..RunIdLength];

    /// <summary>The key of a stage with these settings.</summary>
    public static RunKey Create(string stage, JsonObject settings) =>
        new(
            CanonicalJson.Hash(
                new JsonObject { ["stage"] = stage, ["settings"] = settings.DeepClone() }
            )
        );

    /// <summary>True for 64 lower-case hex digits.</summary>
    public static bool IsKey(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length == 64 && text.All(c => char.IsAsciiHexDigitLower(c));
    }

    /// <inheritdoc/>
    public override string ToString() => Hex;
}

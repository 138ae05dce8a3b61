using Robustness.Data;
using Robustness.Tokens;

namespace Robustness.Attacks;

/// <summary>
/// Where attack tokens go in one example (3.0): prompt = before + attack + after. A perturbable
/// chunk keeps its text around them; an overwritable chunk is replaced by them.
/// </summary>
public sealed class AttackPrompt
{
    private const double InfixShare = 0.9;
    private readonly ITokenizer _tokenizer;

    /// <summary>Cuts an example at the insertion position.</summary>
    public AttackPrompt(Example example, InsertionPosition position, ITokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(example);
        ArgumentNullException.ThrowIfNull(tokenizer);
        _tokenizer = tokenizer;
        Example = example;
        var chunk = example.Attackable;
        string text = chunk.Kind == ChunkKind.Overwritable ? "" : chunk.Text;
        int cut = position switch
        {
            InsertionPosition.Prefix => 0,
            InsertionPosition.Infix90 => (int)(text.Length * InfixShare),
            _ => text.Length,
        };
        Before = example.Before + text[..cut];
        After = text[cut..] + example.After;
        BeforeIds = tokenizer.Encode(Before);
        AfterIds = tokenizer.Encode(After);
        CleanIds = tokenizer.Encode(example.Text);
    }

    /// <summary>The example.</summary>
    public Example Example { get; }

    /// <summary>Text before the attack.</summary>
    public string Before { get; }

    /// <summary>Text after the attack.</summary>
    public string After { get; }

    /// <summary>Tokens of the text before; the attack's span begins at their count.</summary>
    public int[] BeforeIds { get; }

    /// <summary>Tokens of the text after.</summary>
    public int[] AfterIds { get; }

    /// <summary>Tokens of the clean prompt.</summary>
    public int[] CleanIds { get; }

    /// <summary>First token of the attack's span.</summary>
    public int SpanStart => BeforeIds.Length;

    /// <summary>Tokens of before + text + after.</summary>
    public int[] Encode(string attackText) => _tokenizer.Encode(Before + attackText + After);

    /// <summary>The attack as text.</summary>
    public string DecodeAttack(ReadOnlySpan<int> attackIds) => _tokenizer.Decode(attackIds);

    /// <summary>
    /// The prompt's ids when the attack's tokens survive being written as text and read again:
    /// alone, and between before and after, with both of those unchanged. Else null.
    /// </summary>
    public int[]? EncodeExactly(ReadOnlySpan<int> attackIds, out string attackText)
    {
        attackText = _tokenizer.Decode(attackIds);
        if (!_tokenizer.Encode(attackText).AsSpan().SequenceEqual(attackIds))
        {
            return null;
        }
        int[] whole = Encode(attackText);
        bool same =
            whole.Length == BeforeIds.Length + attackIds.Length + AfterIds.Length
            && whole.AsSpan(0, SpanStart).SequenceEqual(BeforeIds)
            && whole.AsSpan(SpanStart, attackIds.Length).SequenceEqual(attackIds)
            && whole.AsSpan(SpanStart + attackIds.Length).SequenceEqual(AfterIds);
        return same ? whole : null;
    }

    /// <summary>
    /// Whether <see cref="EncodeExactly"/> would find the prompt unchanged; makes no text where
    /// the tokenizer needs none.
    /// </summary>
    public bool Survives(ReadOnlySpan<int> attackIds) =>
        _tokenizer.Reencodes(BeforeIds, attackIds, AfterIds);
}

using System.Buffers;

namespace Robustness.Tokens;

/// <summary>Finds added tokens in text: the leftmost, and there the longest.</summary>
internal sealed class AddedTokenFinder
{
    private readonly AddedToken[] _longestFirst;
    private readonly SearchValues<string> _contents;

    public AddedTokenFinder(IEnumerable<AddedToken> tokens)
    {
        _longestFirst = [.. tokens.OrderByDescending(token => token.Content.Length)];
        _contents = SearchValues.Create(
            [.. _longestFirst.Select(token => token.Content)],
            StringComparison.Ordinal
        );
    }

    /// <summary>The first token in a text, null where there is none.</summary>
    /// <param name="text">The text.</param>
    /// <param name="index">Where the token begins; the text's end where there is none.</param>
    public AddedToken? FindFirst(ReadOnlySpan<char> text, out int index)
    {
        int found = _longestFirst.Length == 0 ? -1 : text.IndexOfAny(_contents);
        index = found < 0 ? text.Length : found;
        if (found >= 0)
        {
            foreach (AddedToken token in _longestFirst)
            {
                if (text[found..].StartsWith(token.Content))
                {
                    return token;
                }
            }
        }
        return null;
    }
}

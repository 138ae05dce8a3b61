using Robustness.Numerics;

namespace Robustness.Data;

/// <summary>
/// Makes distinct pronounceable words: syllables of an onset, a vowel and sometimes a coda.
/// </summary>
/// <remarks>
/// Word i is drawn from row i of the stream <c>words</c>: a number of syllables (1, 2 or 3 with
/// weights 1, 8, 2), then every syllable's parts, each by one uniform draw from its list, where
/// the commoner stand more than once. A word of a wrong length or one that came before is drawn
/// again from the same row.
/// </remarks>
public static class WordGenerator
{
    /// <summary>As many words as the tasks need.</summary>
    public const int DefaultCount = 25000;

    /// <summary>Letters of the shortest word.</summary>
    public const int ShortestLength = 2;

    /// <summary>Letters of the longest word.</summary>
    public const int LongestLength = 12;

    private const string Purpose = "words";

    private static readonly int[] SyllableCounts = [1, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3];

    private static readonly string[] Onsets =
    [
        .. "b c d f g h j k l m n p q r s t v w y z".Split(' '),
        .. "b d g k l m n p r s t v".Split(' '),
        .. "bl br ch cr dr fl gl gr kn pl pr sc sh sl sp st th tr tw".Split(' '),
    ];

    private static readonly string[] Vowels =
    [
        .. "a a a a e e e e e i i i i o o o u u".Split(' '),
        .. "ai ea ee ia io oa ou".Split(' '),
    ];

    private static readonly string[] Codas =
    [
        .. Enumerable.Repeat("", 14),
        .. "d k l m n n p r r s t x ck ld nd ng nt rk sh st".Split(' '),
    ];

    /// <summary>The words in order of generation.</summary>
    /// <param name="seed">Names the stream.</param>
    /// <param name="count">How many.</param>
    public static string[] Generate(long seed, int count)
    {
        var key = StreamKey.Create(seed, Purpose, "");
        var words = new string[count];
        var known = new HashSet<string>(count, StringComparer.Ordinal);
        for (int index = 0; index < count; index++)
        {
            var stream = new Philox(key, 0, (ulong)index);
            do
            {
                words[index] = Draw(ref stream);
            } while (
                words[index].Length is < ShortestLength or > LongestLength
                || !known.Add(words[index])
            );
        }
        return words;
    }

    private static string Draw(ref Philox stream)
    {
        int syllables = Pick(ref stream, SyllableCounts);
        Span<char> word = stackalloc char[24];
        int length = 0;
        for (int syllable = 0; syllable < syllables; syllable++)
        {
            Append(word, ref length, Pick(ref stream, Onsets));
            Append(word, ref length, Pick(ref stream, Vowels));
            Append(word, ref length, Pick(ref stream, Codas));
        }
        return new string(word[..length]);
    }

    private static void Append(Span<char> word, ref int length, string part)
    {
        part.CopyTo(word[length..]);
        length += part.Length;
    }

    private static T Pick<T>(ref Philox stream, T[] items) =>
        items[stream.NextBelow((uint)items.Length)];
}

using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace Robustness.Tokens;

/// <summary>
/// One token a byte; the id is the byte. For models trained from scratch on plain text.
/// </summary>
/// <remarks>
/// Two vocabularies. <see cref="Ascii"/> has 128 ids: bytes 1 to 127, and id 0 ends a document;
/// byte 0 and every byte from 128 on is encoded as the question mark, so a character beyond ASCII
/// becomes two to four of them. <see cref="Full"/> has 257: all bytes, then 256 ends a document.
/// Attacks use neither control characters nor, alone no text, bytes from 128 on.
/// </remarks>
public sealed class ByteTokenizer : Tokenizer
{
    private const int AsciiCount = 128;
    private const int ByteValues = 256;

    private ByteTokenizer(int byteCount, int endOfTextId)
        : base(MakeBytes(byteCount, endOfTextId), byteCount, [endOfTextId])
    {
        EndOfTextId = endOfTextId;
        IsAscii = byteCount == AsciiCount;
    }

    /// <summary>128 ids.</summary>
    public static ByteTokenizer Ascii { get; } = new(AsciiCount, 0);

    /// <summary>257 ids.</summary>
    public static ByteTokenizer Full { get; } = new(ByteValues, ByteValues);

    /// <summary>Whether bytes from 128 on are unknown.</summary>
    public bool IsAscii { get; }

    /// <inheritdoc/>
    public override int EndOfTextId { get; }

    /// <inheritdoc/>
    public override void Save(string path) =>
        TokenizerWriter.Write(path, TokenizerWriter.Describe(this));

    /// <inheritdoc/>
    public override void Encode(ReadOnlySpan<char> text, List<int> ids)
    {
        int before = ids.Count;
        CollectionsMarshal.SetCount(ids, before + CountTokens(text));
        Encode(text, CollectionsMarshal.AsSpan(ids)[before..]);
    }

    /// <inheritdoc/>
    public override int Encode(ReadOnlySpan<char> text, Span<int> ids)
    {
        if (ids.Length < text.Length && ids.Length < CountTokens(text))
        {
            throw new ArgumentException(
                "The text has more tokens than there is room.",
                nameof(ids)
            );
        }
        int written = 0;
        while (true)
        {
            int end = text.IndexOf(EndOfText);
            written += EncodePlain(end < 0 ? text : text[..end], ids[written..]);
            if (end < 0)
            {
                return written;
            }
            ids[written++] = EndOfTextId;
            text = text[(end + EndOfText.Length)..];
        }
    }

    /// <inheritdoc/>
    public override int CountTokens(ReadOnlySpan<char> text)
    {
        int count = Encoding.UTF8.GetByteCount(text);
        for (int end; (end = text.IndexOf(EndOfText)) >= 0; text = text[(end + EndOfText.Length)..])
        {
            count -= EndOfText.Length - 1;
        }
        return count;
    }

    /// <inheritdoc/>
    public override bool Reencodes(
        ReadOnlySpan<int> before,
        ReadOnlySpan<int> attack,
        ReadOnlySpan<int> after
    )
    {
        int reach = EndOfText.Length - 1;
        ReadOnlySpan<int> left = before[^Math.Min(reach, before.Length)..];
        ReadOnlySpan<int> right = after[..Math.Min(reach, after.Length)];
        bool plain = IsPlain(before) && IsPlain(attack) && IsPlain(after);
        return plain ? !HoldsEndOfText(left, attack, right) : base.Reencodes(before, attack, after);
    }

    /// <inheritdoc/>
    public override bool IsBanned(int id) => id is < ' ' or > '~';

    /// <summary>ASCII without special tokens: every such sequence is its own encoding.</summary>
    private static bool IsPlain(ReadOnlySpan<int> ids) =>
        !ids.ContainsAnyExceptInRange(1, AsciiCount - 1);

    /// <summary>The one text that ASCII ids can join to and that has an id of its own.</summary>
    private static bool HoldsEndOfText(
        ReadOnlySpan<int> left,
        ReadOnlySpan<int> attack,
        ReadOnlySpan<int> right
    )
    {
        int length = left.Length + attack.Length + right.Length;
        char[]? rented = length > 256 ? ArrayPool<char>.Shared.Rent(length) : null;
        Span<char> window = rented ?? stackalloc char[256];
        int next = 0;
        Append(window, left, ref next);
        Append(window, attack, ref next);
        Append(window, right, ref next);
        bool found = window[..next].IndexOf(EndOfText) >= 0;
        if (rented is not null)
        {
            ArrayPool<char>.Shared.Return(rented);
        }
        return found;
    }

    private static void Append(Span<char> window, ReadOnlySpan<int> ids, ref int next)
    {
        foreach (int id in ids)
        {
            window[next++] = (char)id;
        }
    }

    private int EncodePlain(ReadOnlySpan<char> text, Span<int> ids)
    {
        int written = 0;
        Span<byte> bytes = stackalloc byte[4];
        for (int index = 0; index < text.Length; )
        {
            char character = text[index];
            if (character is > '\0' and < (char)AsciiCount)
            {
                ids[written++] = character;
                index++;
                continue;
            }
            Rune.DecodeFromUtf16(text[index..], out Rune rune, out int used);
            index += used;
            foreach (byte value in bytes[..rune.EncodeToUtf8(bytes)])
            {
                ids[written++] = IsAscii ? '?' : value;
            }
        }
        return written;
    }

    private static TokenBytes MakeBytes(int byteCount, int endOfTextId)
    {
        var entries = new byte[Math.Max(byteCount, endOfTextId + 1)][];
        for (int value = 0; value < byteCount; value++)
        {
            entries[value] = [(byte)value];
        }
        entries[endOfTextId] = Encoding.UTF8.GetBytes(EndOfText);
        return new TokenBytes(entries);
    }
}

using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;
using Robustness.Data;

namespace Robustness.Tokens;

/// <summary>
/// Text to token ids and back. Thread-safe; the same text always gives the same ids.
/// </summary>
public abstract class Tokenizer : ITextEncoder, ITokenizer
{
    /// <summary>The text of the token that ends a document.</summary>
    public const string EndOfText = "<|endoftext|>";

    private readonly TokenBytes _bytes;
    private readonly bool[] _special;

    // Room for one reading back; as many as ever read at one time.
    private readonly ConcurrentBag<ReadBack> _idle = [];

    private protected Tokenizer(TokenBytes bytes, int baseVocabularySize, int[] specialIds)
    {
        _bytes = bytes;
        BaseVocabularySize = baseVocabularySize;
        SpecialIds = specialIds;
        _special = new bool[bytes.Count];
        foreach (int id in specialIds)
        {
            _special[id] = true;
        }
    }

    /// <summary>Ids in use are below this number, added tokens included.</summary>
    public int VocabularySize => _bytes.Count;

    /// <summary>
    /// Base entries. Random attack tokens are drawn below this number, and drawn again while
    /// <see cref="IsBanned"/>. Added tokens lie above it.
    /// </summary>
    public int BaseVocabularySize { get; }

    /// <summary>Tokens that are no text: never attack tokens, left out when decoding.</summary>
    public IReadOnlyList<int> SpecialIds { get; }

    /// <summary>The token that ends a document.</summary>
    public abstract int EndOfTextId { get; }

    /// <summary>
    /// The token that fills a batch; nothing here pads, so it is the end of text.
    /// </summary>
    public int PadId => EndOfTextId;

    /// <summary>The tokenizer of a model folder or of a file.</summary>
    /// <param name="path">
    /// tokenizer.json, or a folder that holds it, or one that holds vocab.json and merges.txt.
    /// </param>
    /// <exception cref="DataException">Missing, malformed, or of a kind not built here.</exception>
    public static Tokenizer Load(string path) => TokenizerReader.Read(path);

    /// <summary>Writes the tokenizer as tokenizer.json, whole or not at all.</summary>
    public abstract void Save(string path);

    /// <summary>The text's ids; special tokens in the text become their ids.</summary>
    public int[] Encode(string text)
    {
        var ids = new List<int>((text.Length / 3) + 8);
        Encode(text, ids);
        return [.. ids];
    }

    /// <summary>Appends the text's ids.</summary>
    public abstract void Encode(ReadOnlySpan<char> text, List<int> ids);

    /// <inheritdoc/>
    public abstract int Encode(ReadOnlySpan<char> text, Span<int> ids);

    /// <inheritdoc/>
    public virtual int CountTokens(ReadOnlySpan<char> text)
    {
        var ids = new List<int>((text.Length / 3) + 8);
        Encode(text, ids);
        return ids.Count;
    }

    /// <inheritdoc/>
    public int ByteCount(int id) => _bytes[id].Length;

    /// <summary>Whether an id is a special token.</summary>
    public bool IsSpecial(int id) => (uint)id < (uint)_special.Length && _special[id];

    /// <inheritdoc/>
    public string Decode(ReadOnlySpan<int> ids) => Decode(ids, skipSpecial: true);

    /// <summary>
    /// The ids' text. Bytes that are not UTF-8 become U+FFFD; ids beyond the vocabulary nothing.
    /// </summary>
    /// <param name="ids">Any ids.</param>
    /// <param name="skipSpecial">Leaves special tokens out.</param>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecial)
    {
        byte[] text = ArrayPool<byte>.Shared.Rent(LengthOf(ids));
        string decoded = Encoding.UTF8.GetString(text, 0, Write(ids, skipSpecial, text));
        ArrayPool<byte>.Shared.Return(text);
        return decoded;
    }

    /// <summary>
    /// Which of the first ids an attack may not propose: special ones, those beyond the vocabulary
    /// and those that decode to nothing. Byte tokenizers also ban control characters.
    /// </summary>
    /// <param name="rows">Rows of the model's embedding.</param>
    /// <returns>[rows], 1 = banned, else 0.</returns>
    public int[] BannedMask(int rows)
    {
        var mask = new int[rows];
        for (int id = 0; id < rows; id++)
        {
            mask[id] = IsBanned(id) ? 1 : 0;
        }
        return mask;
    }

    /// <summary>
    /// Whether attack tokens survive as text (section 3.2, rules a to d): the attack's text encodes
    /// to the attack, and the whole text to before, attack, after.
    /// </summary>
    public virtual bool Reencodes(
        ReadOnlySpan<int> before,
        ReadOnlySpan<int> attack,
        ReadOnlySpan<int> after
    )
    {
        ReadBack room = _idle.TryTake(out ReadBack? idle) ? idle : new ReadBack();
        bool survives = Reencodes(before, attack, after, room);
        _idle.Add(room);
        return survives;
    }

    /// <summary>
    /// Whether no attack may use an id: special, beyond the vocabulary, or no text. Byte
    /// tokenizers also ban control characters, which no text of theirs holds.
    /// </summary>
    public virtual bool IsBanned(int id) => IsSpecial(id) || _bytes[id].IsEmpty;

    private bool Reencodes(
        ReadOnlySpan<int> before,
        ReadOnlySpan<int> attack,
        ReadOnlySpan<int> after,
        ReadBack room
    )
    {
        room.Text.Clear();
        AppendText(attack, room.Text);
        if (!Encode(room).SequenceEqual(attack))
        {
            return false;
        }
        room.Text.Clear();
        AppendText(before, room.Text);
        AppendText(attack, room.Text);
        AppendText(after, room.Text);
        ReadOnlySpan<int> ids = Encode(room);
        return ids.Length == before.Length + attack.Length + after.Length
            && ids.StartsWith(before)
            && ids[before.Length..].StartsWith(attack)
            && ids.EndsWith(after);
    }

    private ReadOnlySpan<int> Encode(ReadBack room)
    {
        room.Ids.Clear();
        Encode(CollectionsMarshal.AsSpan(room.Text), room.Ids);
        return CollectionsMarshal.AsSpan(room.Ids);
    }

    /// <summary>Appends what <see cref="Decode(ReadOnlySpan{int}, bool)"/> gives.</summary>
    private void AppendText(ReadOnlySpan<int> ids, List<char> text)
    {
        byte[] bytes = ArrayPool<byte>.Shared.Rent(LengthOf(ids));
        ReadOnlySpan<byte> written = bytes.AsSpan(0, Write(ids, skipSpecial: false, bytes));
        int first = text.Count;
        CollectionsMarshal.SetCount(text, first + Encoding.UTF8.GetCharCount(written));
        Encoding.UTF8.GetChars(written, CollectionsMarshal.AsSpan(text)[first..]);
        ArrayPool<byte>.Shared.Return(bytes);
    }

    private int LengthOf(ReadOnlySpan<int> ids)
    {
        int length = 0;
        foreach (int id in ids)
        {
            length += _bytes[id].Length;
        }
        return length;
    }

    private int Write(ReadOnlySpan<int> ids, bool skipSpecial, Span<byte> text)
    {
        int written = 0;
        foreach (int id in ids)
        {
            if (!skipSpecial || !IsSpecial(id))
            {
                ReadOnlySpan<byte> part = _bytes[id];
                part.CopyTo(text[written..]);
                written += part.Length;
            }
        }
        return written;
    }

    /// <summary>Text and its ids.</summary>
    private sealed class ReadBack
    {
        public List<char> Text { get; } = [];

        public List<int> Ids { get; } = [];
    }
}

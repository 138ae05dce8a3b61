using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.ML.Tokenizers;
using Robustness.Data;

namespace Robustness.Tokens;

/// <summary>
/// Byte-level byte-pair encoding, as GPT-2, GPT-NeoX and Qwen2.5 have it: special tokens are cut
/// out, the rest is normalised, further added tokens are cut out, the rest is split into pieces,
/// and each piece is merged on its own.
/// </summary>
/// <remarks>
/// Microsoft.ML.Tokenizers does the merging. All steps around it are here: its splitting works on
/// UTF-16 units and its added tokens match in list order. Merged pieces are remembered, up to a
/// fixed number of them.
/// </remarks>
public sealed class BytePairTokenizer : Tokenizer
{
    private const int LongestRemembered = 64;
    private const int MostRemembered = 1 << 17;

    private readonly TokenizerFile _file;
    private readonly BpeTokenizer _merger;
    private readonly AddedTokenFinder _beforeNormalizing;
    private readonly AddedTokenFinder _afterNormalizing;
    private readonly ConcurrentDictionary<string, int[]> _pieces = new(StringComparer.Ordinal);
    private int _rememberedCount;

    internal BytePairTokenizer(string path, TokenizerFile file)
        : base(
            Bytes(path, file),
            file.Vocabulary.Count,
            [.. file.Added.Where(token => token.IsSpecial).Select(token => token.Id)]
        )
    {
        _file = file;
        _merger = BpeTokenizer.Create(
            new BpeOptions(file.Vocabulary) { Merges = file.Merges, ByteLevel = true }
        );
        _beforeNormalizing = new AddedTokenFinder(file.Added.Where(t => !t.IsNormalized));
        _afterNormalizing = new AddedTokenFinder(file.Added.Where(t => t.IsNormalized));
        EndOfTextId =
            file.Added.FirstOrDefault(token => token.Content == EndOfText)?.Id
            ?? throw DataException.InFile(path, $"no added token {EndOfText}.");
    }

    /// <inheritdoc/>
    public override int EndOfTextId { get; }

    /// <inheritdoc/>
    public override void Save(string path) => TokenizerWriter.Write(path, _file);

    /// <inheritdoc/>
    public override int Encode(ReadOnlySpan<char> text, Span<int> ids)
    {
        var list = new List<int>((text.Length / 3) + 8);
        Encode(text, list);
        CollectionsMarshal.AsSpan(list).CopyTo(ids);
        return list.Count;
    }

    /// <inheritdoc/>
    public override void Encode(ReadOnlySpan<char> text, List<int> ids)
    {
        while (!text.IsEmpty)
        {
            AddedToken? token = _beforeNormalizing.FindFirst(text, out int index);
            EncodeNormalized(Normalized(text[..index]), ids);
            text = text[Append(token, index, ids)..];
        }
    }

    private static int Append(AddedToken? token, int index, List<int> ids)
    {
        if (token is null)
        {
            return index;
        }
        ids.Add(token.Id);
        return index + token.Content.Length;
    }

    private ReadOnlySpan<char> Normalized(ReadOnlySpan<char> text) =>
        _file.IsNormalized ? UnicodeNormalization.ToNfc(text) : text;

    private void EncodeNormalized(ReadOnlySpan<char> text, List<int> ids)
    {
        while (!text.IsEmpty)
        {
            AddedToken? token = _afterNormalizing.FindFirst(text, out int index);
            for (int start = 0; start < index; )
            {
                int end = _file.PreTokenizer.PieceEnd(text[..index], start);
                AppendPiece(text[start..end], ids);
                start = end;
            }
            text = text[Append(token, index, ids)..];
        }
    }

    private void AppendPiece(ReadOnlySpan<char> piece, List<int> ids)
    {
        var remembered = _pieces.GetAlternateLookup<ReadOnlySpan<char>>();
        if (remembered.TryGetValue(piece, out int[]? merged))
        {
            ids.AddRange(merged.AsSpan());
            return;
        }
        merged = Merge(piece);
        ids.AddRange(merged.AsSpan());
        bool room = Volatile.Read(ref _rememberedCount) < MostRemembered;
        if (piece.Length <= LongestRemembered && room && remembered.TryAdd(piece, merged))
        {
            Interlocked.Increment(ref _rememberedCount);
        }
    }

    private int[] Merge(ReadOnlySpan<char> piece)
    {
        // Halves of surrogate pairs are no text; they become U+FFFD, as everywhere.
        string whole = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(piece.ToArray()));
        return
        [
            .. _merger.EncodeToIds(
                whole,
                considerPreTokenization: false,
                considerNormalization: false
            ),
        ];
    }

    private static TokenBytes Bytes(string path, TokenizerFile file)
    {
        int count =
            1
            + Math.Max(
                file.Vocabulary.Values.Max(),
                file.Added.Select(token => token.Id).DefaultIfEmpty().Max()
            );
        var entries = new byte[]?[count];
        foreach ((string entry, int id) in file.Vocabulary)
        {
            entries[id] = ByteAlphabet.ToBytes(entry);
        }
        foreach (AddedToken token in file.Added)
        {
            entries[token.Id] = Encoding.UTF8.GetBytes(token.Content);
        }
        for (int value = 0; value <= byte.MaxValue; value++)
        {
            string entry = ByteAlphabet.ToCharacter((byte)value).ToString();
            bool occurs = value is not (0xC0 or 0xC1 or >= 0xF5); // in UTF-8
            if (occurs && !file.Vocabulary.ContainsKey(entry))
            {
                string fault = FormattableString.Invariant($"byte {value} has no entry; ");
                throw DataException.InFile(path, fault + "all bytes of UTF-8 need one.");
            }
        }
        return new TokenBytes(entries);
    }
}

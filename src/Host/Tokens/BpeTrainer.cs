using System.Text;

namespace Robustness.Tokens;

/// <summary>
/// Learns byte-pair merges from a text (Sennrich et al. 2016, on bytes): again and again the pair
/// of neighbours that occurs most often becomes a token.
/// </summary>
/// <remarks>
/// Pieces are GPT-2's. Id 0 ends a document, ids 1 to 256 are the bytes, then come the merges in
/// the order learned. Equally frequent pairs: the one of lower ids first, left before right; so the
/// same text always gives the same tokenizer.
/// </remarks>
public sealed class BpeTrainer
{
    /// <summary>Tokens before the first merge.</summary>
    public const int SmallestVocabulary = 257;

    private const int FirstByteId = 1;

    private readonly List<string> _entries = [];
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly List<string> _merges = [];
    private readonly List<Piece> _pieces = [];
    private readonly Dictionary<(int Left, int Right), Pair> _pairs = [];
    private readonly PriorityQueue<(int Left, int Right), Rank> _queue = new();

    private BpeTrainer(string text)
    {
        IdOf(Tokenizer.EndOfText);
        for (int value = 0; value <= byte.MaxValue; value++)
        {
            IdOf(ByteAlphabet.ToCharacter((byte)value).ToString());
        }
        foreach ((string piece, int count) in CountPieces(text))
        {
            byte[] bytes = Encoding.UTF8.GetBytes(piece);
            _pieces.Add(new Piece([.. bytes.Select(value => value + FirstByteId)], count));
        }
        for (int piece = 0; piece < _pieces.Count; piece++)
        {
            CountPairs(piece, 1);
        }
        foreach (var (ids, pair) in _pairs)
        {
            _queue.Enqueue(ids, new Rank(pair.Count, ids.Left, ids.Right));
        }
    }

    /// <summary>Trains a tokenizer.</summary>
    /// <param name="text">The text to be encoded well.</param>
    /// <param name="vocabularySize">
    /// Tokens wanted, at least <see cref="SmallestVocabulary"/>; fewer come out when no pair of
    /// neighbours occurs twice any more.
    /// </param>
    public static BytePairTokenizer Train(string text, int vocabularySize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, SmallestVocabulary);
        var trainer = new BpeTrainer(text);
        while (trainer._entries.Count < vocabularySize && trainer.MergeCommonest()) { }
        return trainer.Build();
    }

    private static Dictionary<string, int> CountPieces(string text)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string part in text.Split(Tokenizer.EndOfText))
        {
            for (int start = 0; start < part.Length; )
            {
                int end = PreTokenizer.Gpt2.PieceEnd(part, start);
                string piece = part[start..end];
                counts[piece] = counts.GetValueOrDefault(piece) + 1;
                start = end;
            }
        }
        return counts;
    }

    private bool MergeCommonest()
    {
        while (_queue.TryDequeue(out (int Left, int Right) ids, out Rank rank))
        {
            if (!_pairs.TryGetValue(ids, out Pair? pair) || pair.Count < 2)
            {
                continue;
            }
            if (pair.Count != rank.Count)
            {
                // Merges since it was queued have changed its count.
                _queue.Enqueue(ids, rank with { Count = pair.Count });
                continue;
            }
            Merge(ids, pair);
            return true;
        }
        return false;
    }

    private void Merge((int Left, int Right) ids, Pair pair)
    {
        string left = _entries[ids.Left];
        string right = _entries[ids.Right];
        _merges.Add($"{left} {right}");
        int merged = IdOf(left + right);
        foreach (int index in pair.Pieces.ToArray())
        {
            CountPairs(index, -1);
            _pieces[index].Join(ids, merged);
            CountPairs(index, 1);
            foreach ((int, int) neighbours in _pieces[index].Pairs())
            {
                if (neighbours.Item1 == merged || neighbours.Item2 == merged)
                {
                    long count = _pairs[neighbours].Count;
                    _queue.Enqueue(neighbours, new Rank(count, neighbours.Item1, neighbours.Item2));
                }
            }
        }
        _pairs.Remove(ids);
    }

    private void CountPairs(int index, int sign)
    {
        Piece piece = _pieces[index];
        foreach ((int, int) ids in piece.Pairs())
        {
            if (!_pairs.TryGetValue(ids, out Pair? pair))
            {
                _pairs.Add(ids, pair = new Pair());
            }
            pair.Count += sign * piece.Count;
            pair.Pieces.Add(index);
        }
    }

    /// <summary>The id of an entry; two merges may spell the same one.</summary>
    private int IdOf(string entry)
    {
        if (_ids.TryAdd(entry, _entries.Count))
        {
            _entries.Add(entry);
        }
        return _ids[entry];
    }

    private BytePairTokenizer Build() =>
        new(
            "trained tokenizer",
            new TokenizerFile
            {
                Vocabulary = _ids,
                Merges = _merges,
                Added = [new AddedToken(0, Tokenizer.EndOfText, true, false)],
                PreTokenizer = PreTokenizer.Gpt2,
            }
        );

    /// <summary>Orders the queue: commonest first, then lower ids.</summary>
    private readonly record struct Rank(long Count, int Left, int Right) : IComparable<Rank>
    {
        public int CompareTo(Rank other) =>
            (other.Count, Left, Right).CompareTo((Count, other.Left, other.Right));
    }

    /// <summary>How often a pair occurs, and in which pieces it did or does.</summary>
    private sealed class Pair
    {
        public long Count { get; set; }

        public HashSet<int> Pieces { get; } = [];
    }

    /// <summary>A distinct piece as tokens so far, and how often it occurs.</summary>
    private sealed class Piece(int[] ids, int count)
    {
        private int[] _ids = ids;

        public int Count => count;

        public IEnumerable<(int Left, int Right)> Pairs()
        {
            for (int index = 1; index < _ids.Length; index++)
            {
                yield return (_ids[index - 1], _ids[index]);
            }
        }

        /// <summary>Replaces a pair of neighbours, from the left, by one token.</summary>
        public void Join((int Left, int Right) pair, int merged)
        {
            var joined = new List<int>(_ids.Length);
            for (int index = 0; index < _ids.Length; index++)
            {
                bool found = index + 1 < _ids.Length && (_ids[index], _ids[index + 1]) == pair;
                joined.Add(found ? merged : _ids[index]);
                index += found ? 1 : 0;
            }
            _ids = [.. joined];
        }
    }
}

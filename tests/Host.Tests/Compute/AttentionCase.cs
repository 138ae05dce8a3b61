using Robustness.Compute;

namespace Robustness.Tests.Compute;

/// <summary>One sequence of a case; Slot counts only with cached positions.</summary>
public readonly record struct Sequence(int Cached, int Rows, int Read, int Slot = 0);

/// <summary>An attention launch with its inputs on the host.</summary>
public sealed class AttentionCase
{
    /// <summary>Cached positions drawn for every slot.</summary>
    public const int SlotLength = 200;

    /// <summary>Random inputs for some sequences.</summary>
    public AttentionCase(int heads, int keyHeads, int size, RowSet rows, Sequence[] sequences)
    {
        (Heads, KeyHeads, Size, Rows, Sequences) = (heads, keyHeads, size, rows, sequences);
        foreach (var sequence in sequences)
        {
            int slot = sequence.Cached > 0 ? sequence.Slot : -1;
            Segments.Add(sequence.Rows, sequence.Read, slot, sequence.Cached);
            SlotCount = Math.Max(SlotCount, sequence.Slot + 1);
        }
        int queries = Segments.CountOf(rows);
        Query = Draws.Normal("q", queries * QueryWidth);
        DOutput = Draws.Normal("dO", queries * QueryWidth);
        Key = Draws.Normal("k", Segments.RowCount * KeyWidth);
        Value = Draws.Normal("v", Segments.RowCount * KeyWidth);
        CachedKey = Draws.Normal("cached k", SlotCount * SlotLength * KeyWidth);
        CachedValue = Draws.Normal("cached v", SlotCount * SlotLength * KeyWidth);
    }

    public int Heads { get; }
    public int KeyHeads { get; }
    public int Size { get; }
    public RowSet Rows { get; }
    public Sequence[] Sequences { get; }
    public Segments Segments { get; } = new();
    public int SlotCount { get; private init; } = 1;
    public int QueryWidth => Heads * Size;
    public int KeyWidth => KeyHeads * Size;
    public float[] Query { get; private init; }
    public float[] DOutput { get; private init; }
    public float[] Key { get; private init; }
    public float[] Value { get; private init; }
    public float[] CachedKey { get; private init; }
    public float[] CachedValue { get; private init; }

    /// <summary>First query row and number of queries of a segment.</summary>
    public (int First, int Count) Queries(Segment segment) =>
        Rows == RowSet.All
            ? (segment.FirstRow, segment.RowCount)
            : (segment.FirstRead, segment.ReadCount);

    /// <summary>Where position p of a segment lies: an array and the start of its row.</summary>
    public (float[] From, int Offset) KeyAt(Segment segment, int position) =>
        position < segment.CachedLength
            ? (CachedKey, ((segment.CacheSlot * SlotLength) + position) * KeyWidth)
            : (Key, (segment.FirstRow + position - segment.CachedLength) * KeyWidth);

    /// <summary>As <see cref="KeyAt"/>, of values.</summary>
    public (float[] From, int Offset) ValueAt(Segment segment, int position) =>
        KeyAt(segment, position) is var (from, offset) && from == Key
            ? (Value, offset)
            : (CachedValue, offset);

    /// <summary>One sequence in a launch of its own.</summary>
    public AttentionCase Only(int b)
    {
        var segment = Segments[b];
        var (first, count) = Queries(segment);
        return new AttentionCase(Heads, KeyHeads, Size, Rows, [Sequences[b]])
        {
            SlotCount = SlotCount,
            Query = Query[(first * QueryWidth)..((first + count) * QueryWidth)],
            DOutput = DOutput[(first * QueryWidth)..((first + count) * QueryWidth)],
            Key = Own(Key, segment),
            Value = Own(Value, segment),
            CachedKey = CachedKey,
            CachedValue = CachedValue,
        };
    }

    /// <summary>The same read queries with cached positions as rows of the launch.</summary>
    public AttentionCase WithoutCache()
    {
        var whole = Sequences.Select(s => new Sequence(0, s.Cached + s.Rows, s.Read)).ToArray();
        var (keys, values) = (new List<float>(), new List<float>());
        foreach (var segment in Segments.Items)
        {
            for (int p = 0; p < segment.CachedLength + segment.RowCount; p++)
            {
                var (key, value) = (KeyAt(segment, p), ValueAt(segment, p));
                keys.AddRange(key.From.AsSpan(key.Offset, KeyWidth));
                values.AddRange(value.From.AsSpan(value.Offset, KeyWidth));
            }
        }
        return new AttentionCase(Heads, KeyHeads, Size, Rows, whole)
        {
            Query = Query,
            DOutput = DOutput,
            Key = [.. keys],
            Value = [.. values],
        };
    }

    private float[] Own(float[] rows, Segment segment) =>
        rows[(segment.FirstRow * KeyWidth)..((segment.FirstRow + segment.RowCount) * KeyWidth)];
}

namespace Robustness.Data;

/// <summary>
/// One labelled prompt in chunks, exactly one of which an attack may change (section 2.1).
/// </summary>
public sealed record Example
{
    /// <summary>A prompt; fails unless exactly one chunk may be changed.</summary>
    /// <param name="rowId">See <see cref="RowId"/>.</param>
    /// <param name="chunks">See <see cref="Chunks"/>.</param>
    /// <param name="label">See <see cref="Label"/>.</param>
    public Example(int rowId, IReadOnlyList<Chunk> chunks, int label)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rowId);
        ArgumentOutOfRangeException.ThrowIfNegative(label);
        RowId = rowId;
        Chunks = chunks;
        Label = label;
        Text = string.Concat(chunks.Select(chunk => chunk.Text));
        AttackableIndex = OnlyAttackable(chunks);
    }

    /// <summary>
    /// Index in the split's own order, after generation, filter and shuffle: it names the row's
    /// random streams and never depends on batches.
    /// </summary>
    public int RowId { get; }

    /// <summary>The prompt's parts in order.</summary>
    public IReadOnlyList<Chunk> Chunks { get; }

    /// <summary>The true class, 0 or 1.</summary>
    public int Label { get; }

    /// <summary>All chunks joined.</summary>
    public string Text { get; }

    /// <summary>Which chunk may be changed.</summary>
    public int AttackableIndex { get; }

    /// <summary>The chunk that may be changed.</summary>
    public Chunk Attackable => Chunks[AttackableIndex];

    /// <summary>The text in front of the chunk that may be changed.</summary>
    public string Before => string.Concat(Chunks.Take(AttackableIndex).Select(chunk => chunk.Text));

    /// <summary>The text behind the chunk that may be changed.</summary>
    public string After =>
        string.Concat(Chunks.Skip(AttackableIndex + 1).Select(chunk => chunk.Text));

    /// <summary>The prompt with another text in the chunk that may be changed.</summary>
    public string TextWith(string chunkText) => Before + chunkText + After;

    private static int OnlyAttackable(IReadOnlyList<Chunk> chunks)
    {
        int found = -1;
        int count = 0;
        for (int index = 0; index < chunks.Count; index++)
        {
            if (chunks[index].Kind != ChunkKind.Immutable)
            {
                found = index;
                count++;
            }
        }
        return count == 1
            ? found
            : throw new ArgumentException(
                $"{count} chunks may be changed; an attack needs exactly one.",
                nameof(chunks)
            );
    }
}

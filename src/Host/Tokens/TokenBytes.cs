namespace Robustness.Tokens;

/// <summary>
/// The bytes that each id stands for, in one block; ids beyond it stand for nothing.
/// </summary>
internal sealed class TokenBytes
{
    private readonly byte[] _bytes;
    private readonly int[] _starts;

    /// <summary>A table of as many ids as entries; null entries are unused ids.</summary>
    public TokenBytes(IReadOnlyList<byte[]?> entries)
    {
        _starts = new int[entries.Count + 1];
        for (int id = 0; id < entries.Count; id++)
        {
            _starts[id + 1] = _starts[id] + (entries[id]?.Length ?? 0);
        }
        _bytes = new byte[_starts[^1]];
        for (int id = 0; id < entries.Count; id++)
        {
            entries[id]?.CopyTo(_bytes.AsSpan(_starts[id]));
        }
    }

    /// <summary>Ids in the table.</summary>
    public int Count => _starts.Length - 1;

    /// <summary>The bytes of an id.</summary>
    public ReadOnlySpan<byte> this[int id] =>
        (uint)id < (uint)Count ? _bytes.AsSpan(_starts[id], _starts[id + 1] - _starts[id]) : [];
}

using Robustness.Numerics;

namespace Robustness.Data;

/// <summary>
/// Windows of a text file: the file is encoded once and cut into windows of T tokens, which every
/// epoch visits in an order of its own. The tokens behind the last whole window are not used.
/// </summary>
/// <remarks>Stream <c>pretraining/order</c>, t = epoch: a permutation of the windows.</remarks>
public sealed class FileText : IPretrainingText
{
    private readonly int[] _tokens;
    private readonly StreamKey _key;
    private readonly int _batchSize;
    private readonly int _windowCount;
    private volatile EpochOrder _order;

    /// <summary>Reads and encodes a file.</summary>
    /// <param name="path">UTF-8, plain or .gz.</param>
    /// <param name="encoder">The model's tokenizer.</param>
    /// <param name="key">The stream; <see cref="KeyFor"/> names it.</param>
    /// <param name="windowLength">T.</param>
    /// <param name="batchSize">Windows of a step.</param>
    /// <exception cref="DataException">Unreadable, or shorter than one window.</exception>
    public FileText(
        string path,
        ITextEncoder encoder,
        StreamKey key,
        int windowLength,
        int batchSize
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(windowLength);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        _tokens = encoder.Encode(TextFile.Read(path));
        _key = key;
        _batchSize = batchSize;
        WindowLength = windowLength;
        _windowCount = (_tokens.Length - 1) / windowLength;
        if (_windowCount == 0)
        {
            string found = FormattableString.Invariant($"{_tokens.Length} tokens found; ");
            string needed = FormattableString.Invariant($"one window takes {windowLength + 1}.");
            throw DataException.InFile(path, found + needed);
        }
        _order = Order(0);
    }

    /// <inheritdoc/>
    public int WindowLength { get; }

    /// <summary>Tokens of the whole file.</summary>
    public int TokenCount => _tokens.Length;

    /// <summary>The stream of a pretraining run.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="scope">Hash of the run's scientific settings, or empty.</param>
    public static StreamKey KeyFor(long seed, string scope) =>
        StreamKey.Create(seed, "pretraining/order", scope);

    /// <inheritdoc/>
    public void Fill(int step, int row, Span<int> ids, Span<float> weights)
    {
        long visit = ((long)step * _batchSize) + row;
        var epoch = (int)(visit / _windowCount);
        EpochOrder order = _order;
        if (order.Epoch != epoch)
        {
            _order = order = Order(epoch);
        }
        int window = order.Windows[visit % _windowCount];
        _tokens.AsSpan(window * WindowLength, WindowLength + 1).CopyTo(ids);
        weights[..WindowLength].Fill(1);
    }

    private EpochOrder Order(int epoch) =>
        new(epoch, Sampling.Permutation(_key, (uint)epoch, 0, _windowCount));

    private sealed record EpochOrder(int Epoch, int[] Windows);
}

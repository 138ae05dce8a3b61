using System.Runtime.CompilerServices;

namespace Robustness.Compute;

/// <summary>
/// A backend that passes every operation on to another one and adds up its calls, its time and
/// its cost by <see cref="KernelCost"/>. One method per operation; metering allocates nothing
/// once every operation has been seen.
/// </summary>
public sealed partial class MeteredBackend : IBackend
{
    private readonly IBackend _inner;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, Meter> _meters = [];

    /// <summary>Meters a backend, which the caller keeps and disposes.</summary>
    public MeteredBackend(IBackend inner, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(time);
        _inner = inner;
        _time = time;
    }

    /// <inheritdoc/>
    public string Description => _inner.Description;

    /// <summary>Every operation since the last <see cref="Reset"/>, the slowest first.</summary>
    public IReadOnlyList<OperationTotal> Totals() =>
        [
            .. _meters
                .Where(pair => pair.Value.Calls > 0)
                .Select(pair => new OperationTotal(
                    pair.Key,
                    pair.Value.Calls,
                    pair.Value.Ticks / (double)_time.TimestampFrequency,
                    pair.Value.Cost
                ))
                .OrderByDescending(total => total.Seconds)
                .ThenBy(total => total.Name, StringComparer.Ordinal),
        ];

    /// <summary>Begins again at zero.</summary>
    public void Reset()
    {
        foreach (var meter in _meters.Values)
        {
            meter.Clear();
        }
    }

    /// <inheritdoc/>
    public nint Allocate(long byteCount) => _inner.Allocate(byteCount);

    /// <inheritdoc/>
    public void Free(nint address) => _inner.Free(address);

    /// <inheritdoc/>
    public void Upload<T>(Tensor destination, ReadOnlySpan<T> source)
        where T : unmanaged
    {
        long start = Start();
        _inner.Upload(destination, source);
        Stop(start, new KernelCost(2 * destination.ByteCount, 0));
    }

    /// <inheritdoc/>
    public void Download<T>(Span<T> destination, Tensor source)
        where T : unmanaged
    {
        long start = Start();
        _inner.Download(destination, source);
        Stop(start, new KernelCost(2 * source.ByteCount, 0));
    }

    /// <inheritdoc/>
    public void Copy(Tensor destination, Tensor source)
    {
        long start = Start();
        _inner.Copy(destination, source);
        Stop(start, new KernelCost(2 * source.ByteCount, 0));
    }

    /// <inheritdoc/>
    public void Clear(Tensor x)
    {
        long start = Start();
        _inner.Clear(x);
        Stop(start, new KernelCost(x.ByteCount, 0));
    }

    /// <summary>Nothing: the metered backend belongs to whoever made it.</summary>
    public void Dispose() { }

    private long Start() => _time.GetTimestamp();

    private void Stop(long start, KernelCost cost, [CallerMemberName] string operation = "")
    {
        long ticks = _time.GetTimestamp() - start;
        if (!_meters.TryGetValue(operation, out var meter))
        {
            meter = new Meter();
            _meters[operation] = meter;
        }
        meter.Add(ticks, cost);
    }

    private sealed class Meter
    {
        public long Calls { get; private set; }

        public long Ticks { get; private set; }

        public KernelCost Cost { get; private set; }

        public void Add(long ticks, KernelCost cost)
        {
            Calls++;
            Ticks += ticks;
            Cost += cost;
        }

        public void Clear() => (Calls, Ticks, Cost) = (0, 0, default);
    }
}

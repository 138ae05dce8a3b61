namespace Robustness.Backends.Cpu;

/// <summary>
/// Things that one part of a job uses at a time, as many as threads: a part takes one and puts it
/// back.
/// </summary>
/// <typeparam name="T">What is on the rack.</typeparam>
internal sealed class Rack<T> : IDisposable
    where T : class, IDisposable, new()
{
    private readonly T?[] _free;
    private readonly T[] _all;

    /// <summary>One for each thread.</summary>
    public Rack(int threadCount)
    {
        _all = new T[threadCount];
        _free = new T?[threadCount];
        for (int i = 0; i < threadCount; i++)
        {
            _free[i] = _all[i] = new T();
        }
    }

    /// <summary>One that no other part holds.</summary>
    public T Take()
    {
        for (int i = 0; ; i = (i + 1) % _free.Length)
        {
            if (Interlocked.Exchange(ref _free[i], null) is { } taken)
            {
                return taken;
            }
        }
    }

    /// <summary>Gives one back.</summary>
    public void Put(T taken)
    {
        int i = 0;
        while (Interlocked.CompareExchange(ref _free[i], taken, null) is not null)
        {
            i = (i + 1) % _free.Length;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var item in _all)
        {
            item.Dispose();
        }
    }
}

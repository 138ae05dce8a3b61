namespace Robustness.Backends.Cpu;

/// <summary>
/// The k lowest (value, id) of a stream of ids in ascending order: a bounded heap with the worst
/// kept pair at its root, in memory of the caller.
/// </summary>
/// <param name="values">[k].</param>
/// <param name="ids">[k].</param>
/// <param name="capacity">k.</param>
internal unsafe ref struct LowestCandidates(float* values, int* ids, int capacity)
{
    private readonly float* _values = values;
    private readonly int* _ids = ids;

    /// <summary>Pairs held.</summary>
    public int Count { get; set; }

    /// <summary>Keeps the pair if fewer than k are held or it is lower than the worst.</summary>
    public void Offer(float value, int id)
    {
        if (Count < capacity)
        {
            int at = Count++;
            while (at > 0 && IsLower((at - 1) / 2, value, id))
            {
                Move((at - 1) / 2, at);
                at = (at - 1) / 2;
            }
            (_values[at], _ids[at]) = (value, id);
        }
        else if (value < _values[0])
        {
            // An equal value has a higher id than all that are held, so it stays out.
            Place(0, Count, value, id);
        }
    }

    /// <summary>Puts the pairs in ascending order; ends the heap.</summary>
    public void Sort()
    {
        for (int last = Count - 1; last > 0; last--)
        {
            var (value, id) = (_values[last], _ids[last]);
            Move(0, last);
            Place(0, last, value, id);
        }
    }

    // Sinks a pair from a free place until no child is worse.
    private readonly void Place(int at, int count, float value, int id)
    {
        while (true)
        {
            int child = (2 * at) + 1;
            if (child + 1 < count && IsLower(child, _values[child + 1], _ids[child + 1]))
            {
                child++;
            }
            if (child >= count || IsLower(child, value, id))
            {
                break;
            }
            Move(child, at);
            at = child;
        }
        (_values[at], _ids[at]) = (value, id);
    }

    private readonly bool IsLower(int at, float value, int id) =>
        _values[at] < value || (_values[at] == value && _ids[at] < id);

    private readonly void Move(int from, int to)
    {
        _values[to] = _values[from];
        _ids[to] = _ids[from];
    }
}

using Robustness.Results;

namespace Robustness.Study;

/// <summary>
/// The stages that may run now, the one with most work behind it first. What is done in which
/// order changes no result.
/// </summary>
internal sealed class ReadyQueue
{
    private readonly Dictionary<RunKey, Stage> _waiting;
    private readonly Dictionary<RunKey, double> _workBehind = [];
    private readonly HashSet<RunKey> _done;

    /// <summary>All stages that are not done.</summary>
    public ReadyQueue(IEnumerable<Stage> stages, IEnumerable<RunKey> done)
    {
        _done = [.. done];
        _waiting = stages.Where(s => !_done.Contains(s.Key)).ToDictionary(s => s.Key);
        // Stages come after their inputs, so walking back sees every user before what it uses.
        foreach (var stage in _waiting.Values.Reverse())
        {
            double behind = stage.Flops + _workBehind.GetValueOrDefault(stage.Key);
            _workBehind[stage.Key] = behind;
            foreach (var input in stage.Inputs)
            {
                _workBehind[input] = Math.Max(_workBehind.GetValueOrDefault(input), behind);
            }
        }
    }

    /// <summary>Nothing is left to start, now or later.</summary>
    public bool IsEmpty => _waiting.Count == 0;

    /// <summary>Takes the ready stage with the longest way to the study's end.</summary>
    public Stage? Take()
    {
        var next = _waiting
            .Values.Where(s => s.Inputs.All(_done.Contains))
            .OrderByDescending(s => _workBehind[s.Key])
            .ThenBy(s => s.Key.Hex, StringComparer.Ordinal)
            .FirstOrDefault();
        if (next is not null)
        {
            _waiting.Remove(next.Key);
        }
        return next;
    }

    /// <summary>A stage is done: what needs it may become ready.</summary>
    public void Complete(RunKey key) => _done.Add(key);

    /// <summary>A stage failed: all that needs it is dropped.</summary>
    /// <returns>How many were dropped.</returns>
    public int Drop(RunKey key)
    {
        var users = _waiting.Values.Where(s => s.Inputs.Contains(key)).ToList();
        int dropped = 0;
        foreach (var user in users.Where(u => _waiting.Remove(u.Key)))
        {
            dropped += 1 + Drop(user.Key);
        }
        return dropped;
    }
}

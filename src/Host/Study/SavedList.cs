using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Robustness.Results;

namespace Robustness.Study;

/// <summary>
/// A list that is computed some items at a time and saved as it grows, so that an interrupted
/// stage computes again only the last second or so of it. How many items at a time follows the
/// clock; they must not depend on it.
/// </summary>
/// <param name="folder">The stage's state folder.</param>
/// <param name="name">Of the list's files there.</param>
/// <param name="time">Says when to save.</param>
internal sealed class SavedList<T>(string folder, string name, TimeProvider time)
{
    private const int FirstStride = 8;
    private const int LargestStride = 32;
    private static readonly TimeSpan s_saveInterval = TimeSpan.FromSeconds(1);

    private readonly List<T> _items = [];
    private int _saved;

    /// <summary>Goes on from what was saved until the list has all its items.</summary>
    /// <param name="count">Items in all.</param>
    /// <param name="compute">Items of a first index and a count.</param>
    /// <param name="advanced">Told of all items so far.</param>
    public IReadOnlyList<T> Complete(
        int count,
        Func<int, int, IReadOnlyList<T>> compute,
        Action<IReadOnlyList<T>> advanced
    )
    {
        Restore(count);
        int stride = FirstStride;
        long saved = time.GetTimestamp();
        try
        {
            while (_items.Count < count)
            {
                advanced(_items);
                long begun = time.GetTimestamp();
                _items.AddRange(compute(_items.Count, Math.Min(stride, count - _items.Count)));
                bool quick = time.GetElapsedTime(begun) < s_saveInterval / 2;
                stride = quick ? Math.Min(2 * stride, LargestStride) : Math.Max(1, stride / 2);
                if (_items.Count < count && time.GetElapsedTime(saved) > s_saveInterval)
                {
                    Save();
                    saved = time.GetTimestamp();
                }
            }
        }
        catch (OperationCanceledException)
        {
            Save();
            throw;
        }
        if (_saved > 0)
        {
            Save(); // what follows in the stage may be long
        }
        advanced(_items);
        return _items;
    }

    private void Save()
    {
        if (_saved == _items.Count)
        {
            return;
        }
        var piece = new JsonObject
        {
            ["first"] = _saved,
            ["items"] = JsonText.ToNode(_items.Skip(_saved)),
        };
        piece["hash"] = CanonicalJson.Hash(piece);
        string file = string.Create(CultureInfo.InvariantCulture, $"{name}-{_saved:00000000}.json");
        AtomicFile.WriteText(Path.Combine(folder, file), piece.ToJsonString(JsonText.Compact));
        _saved = _items.Count;
    }

    // The pieces that follow on each other from the first item; what is behind a gap is dropped.
    private void Restore(int count)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }
        var files = Directory.EnumerateFiles(folder, name + "-*.json");
        foreach (string file in files.Order(StringComparer.Ordinal).ToList())
        {
            if (Read(file) is { } items && _items.Count + items.Count <= count)
            {
                _items.AddRange(items);
            }
            else
            {
                File.Delete(file);
            }
        }
        _saved = _items.Count;
    }

    private List<T>? Read(string file)
    {
        try
        {
            var piece = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
            string hash = (string)piece["hash"]!;
            piece.Remove("hash");
            return CanonicalJson.Hash(piece) == hash && (int)piece["first"]! == _items.Count
                ? JsonText.FromNode<List<T>>(piece["items"]!)
                : null;
        }
        catch (Exception e)
            when (e
                    is JsonException
                        or InvalidOperationException
                        or NullReferenceException
                        or FormatException
            )
        {
            return null; // a damaged piece is no piece: its items are computed again
        }
    }
}

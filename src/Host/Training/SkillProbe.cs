using Robustness.Compute;
using Robustness.Data;
using Robustness.Models;

namespace Robustness.Training;

/// <summary>Share of a skill's places where the model ranks the right token first.</summary>
/// <param name="Name">Of the skill.</param>
/// <param name="Accuracy">In [0, 1].</param>
/// <param name="PlaceCount">Places over all lines.</param>
public sealed record SkillAccuracy(string Name, double Accuracy, int PlaceCount);

/// <summary>Runs probe lines through a model and counts what it predicts rightly.</summary>
public static class SkillProbe
{
    private const int LinesPerLaunch = 64;

    /// <summary>The accuracy of every set; the model and its scratch stay as they were.</summary>
    /// <param name="backend">Where the model runs.</param>
    /// <param name="transformer">The model.</param>
    /// <param name="sets">Lines and places; a line has at most the model's context.</param>
    public static IReadOnlyList<SkillAccuracy> Run(
        IBackend backend,
        Transformer transformer,
        IReadOnlyList<ProbeSet> sets
    )
    {
        ArgumentNullException.ThrowIfNull(backend);
        ArgumentNullException.ThrowIfNull(transformer);
        ArgumentNullException.ThrowIfNull(sets);
        using var arena = new Arena(backend, 1 << 22);
        var accuracies = new List<SkillAccuracy>(sets.Count);
        foreach (var set in sets)
        {
            int right = 0;
            int places = 0;
            foreach (var lines in set.Lines.Where(l => l.Positions.Count > 0).Chunk(LinesPerLaunch))
            {
                right += CountRight(backend, transformer, arena, lines);
                places += lines.Sum(l => l.Positions.Count);
                arena.Rewind(default);
            }
            accuracies.Add(
                new SkillAccuracy(set.Name, places == 0 ? 0 : right / (double)places, places)
            );
        }
        return accuracies;
    }

    private static int CountRight(
        IBackend backend,
        Transformer transformer,
        Arena arena,
        ProbeLine[] lines
    )
    {
        var segments = new Segments();
        var tokens = new List<int>();
        var targets = new List<int>();
        var places = new List<int>();
        foreach (var line in lines)
        {
            // Rows from the first place's predecessor on are read; the last id is never read.
            int length = line.Positions[^1];
            int read = length - (line.Positions[0] - 1);
            int firstRead = targets.Count;
            segments.Add(length, read);
            tokens.AddRange(line.Ids.Take(length));
            targets.AddRange(line.Ids.Skip(line.Positions[0]).Take(read));
            places.AddRange(line.Positions.Select(p => firstRead + p - line.Positions[0]));
        }
        var ids = arena.Allocate(new Shape(tokens.Count), DataType.Int32);
        var wanted = arena.Allocate(new Shape(targets.Count), DataType.Int32);
        var losses = arena.Allocate(new Shape(targets.Count), DataType.Float64);
        var correct = arena.Allocate(new Shape(targets.Count), DataType.Int32);
        backend.Upload<int>(ids, tokens.ToArray());
        backend.Upload<int>(wanted, targets.ToArray());
        var hidden = transformer.Forward(arena, ids, segments);
        var table = transformer.Weights.Unembedding;
        backend.CrossEntropyForward(losses, correct, hidden, table, wanted);
        var flags = new int[targets.Count];
        backend.Download(flags.AsSpan(), correct);
        return places.Count(p => flags[p] != 0);
    }
}

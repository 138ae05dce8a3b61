using System.Globalization;
using Robustness.Attacks;
using Robustness.Compute;
using Robustness.Data;
using Robustness.Models;
using Robustness.Results;

namespace Robustness.Study;

/// <summary>
/// The work of one evaluation: scores all held-out rows, attacks the first right ones. Both lists
/// are saved while they grow; an interrupted evaluation goes on behind the last saved example.
/// </summary>
internal sealed class EvaluationWork(
    IBackend backend,
    ModelParameters model,
    EvaluationStage stage,
    string stateFolder,
    Action<StageProgress> progress,
    TimeProvider time,
    CancellationToken cancellation
)
{
    // Of the progress shown; the rest is the attack.
    private const double ScoringShare = 0.1;

    private readonly IReadOnlyList<Example> _rows = stage.Task.Rows.Validation;

    /// <summary>All held-out rows, clean and with one random insertion.</summary>
    public IReadOnlyList<ScoredRow> Score() =>
        new SavedList<ScoredRow>(stateFolder, "scored", time).Complete(
            _rows.Count,
            ScoreSome,
            done =>
                Tell(
                    ScoringShare * done.Count / Math.Max(1, _rows.Count),
                    $"row {done.Count}/{_rows.Count}"
                )
        );

    /// <summary>The attack on some rows.</summary>
    /// <param name="scored">All rows.</param>
    /// <param name="attacked">Indices of the rows to attack.</param>
    /// <param name="caches">Which caches to use; they change no result.</param>
    public IReadOnlyList<AttackTrace> Attack(
        IReadOnlyList<ScoredRow> scored,
        IReadOnlyList<int> attacked,
        AttackCaches caches
    )
    {
        var settings = stage.Attack with
        {
            PrefixCache = caches.Prefix,
            PositionReuse = caches.PositionReuse,
        };
        var attack = Evaluation.Create(settings, stage.Key.Hex);
        using var victim = new Victim(backend, model, settings.LaunchRows);
        return new SavedList<AttackTrace>(stateFolder, "attacked", time).Complete(
            attacked.Count,
            (first, count) =>
            {
                int[] some = [.. attacked.Skip(first).Take(count)];
                return attack.Run(
                    victim,
                    stage.Tokenizer,
                    [
                        .. some.Select(i => new AttackPrompt(
                            _rows[i],
                            settings.Position,
                            stage.Tokenizer
                        )),
                    ],
                    [.. some.Select(i => scored[i].Clean)],
                    cancellation
                );
            },
            done => TellAttacked(done, attacked.Count)
        );
    }

    private List<ScoredRow> ScoreSome(int first, int count)
    {
        cancellation.ThrowIfCancellationRequested();
        var scored = Evaluation.Run(
            backend,
            model,
            stage.Tokenizer,
            [.. _rows.Skip(first).Take(count)],
            stage.Attack with
            {
                Kind = AttackKind.Identity,
            },
            stage.Key.Hex,
            null,
            cancellation
        );
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => new ScoredRow(
                    scored.Labels[i],
                    scored.CleanLogits[i],
                    scored.RandomInsertionLogits[i]
                )),
        ];
    }

    private void TellAttacked(IReadOnlyList<AttackTrace> done, int count)
    {
        int broken = done.Count(t => t.Iterations[^1].Success);
        double share = (double)done.Count / Math.Max(1, count);
        Tell(
            ScoringShare + ((1 - ScoringShare) * share),
            $"example {done.Count}/{count}, {broken} broken"
        );
    }

    private void Tell(double share, FormattableString detail) =>
        progress(new StageProgress(share, detail.ToString(CultureInfo.InvariantCulture)));
}

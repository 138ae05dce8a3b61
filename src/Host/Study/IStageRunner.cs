using Robustness.Compute;
using Robustness.Results;

namespace Robustness.Study;

/// <summary>Does one stage on one backend and puts it in the store.</summary>
public interface IStageRunner
{
    /// <summary>Runs a stage whose inputs are done.</summary>
    /// <param name="backend">The worker's own.</param>
    /// <param name="stage">What to do.</param>
    /// <param name="progress">Told as it goes on.</param>
    /// <param name="cancellation">Stops it, resumable.</param>
    /// <returns>The record that was committed.</returns>
    RunRecord Run(
        IBackend backend,
        Stage stage,
        Action<StageProgress> progress,
        CancellationToken cancellation
    );
}

namespace Robustness.Study;

/// <summary>Whoever watches a study. Called from many threads.</summary>
public interface IStudyProgress
{
    /// <summary>A study begins.</summary>
    /// <param name="stageCount">Stages in all.</param>
    /// <param name="doneCount">Of those, found in the store.</param>
    /// <param name="flops">Estimate of the work that is left.</param>
    void Begin(int stageCount, int doneCount, double flops);

    /// <summary>Something worth a line, such as a damaged record.</summary>
    void Notice(string text);

    /// <summary>A stage begins.</summary>
    void Started(Stage stage);

    /// <summary>A stage goes on.</summary>
    void Advanced(Stage stage, StageProgress progress);

    /// <summary>A stage is done and in the store.</summary>
    /// <param name="stage">Which.</param>
    /// <param name="seconds">Wall clock.</param>
    /// <param name="summary">What came out, in words.</param>
    void Finished(Stage stage, double seconds, string summary);

    /// <summary>A stage failed; those that need it are left out.</summary>
    void Failed(Stage stage, string reason);
}

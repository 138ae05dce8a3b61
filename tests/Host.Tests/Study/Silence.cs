using Robustness.Study;

namespace Robustness.Tests.Study;

/// <summary>Nobody watches; notices are kept.</summary>
internal sealed class Silence : IStudyProgress
{
    public List<string> Notices { get; } = [];

    public void Begin(int stageCount, int doneCount, double flops) { }

    public void Notice(string text) => Notices.Add(text);

    public void Started(Stage stage) { }

    public void Advanced(Stage stage, StageProgress progress) { }

    public void Finished(Stage stage, double seconds, string summary) { }

    public void Failed(Stage stage, string reason) { }
}

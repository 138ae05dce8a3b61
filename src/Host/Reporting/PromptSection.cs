using System.Xml.Linq;

namespace Robustness.Reporting;

/// <summary>
/// The most instructive attacked prompts: for each task, at the largest size that learned it, the
/// rows that search broke most clearly in each class, and the row that held out longest.
/// </summary>
internal sealed class PromptSection(
    StudyReportData data,
    LearnedSizes learned,
    IReadOnlyList<AttackGroup> groups
)
{
    private const int BrokenOfEachClass = 2;

    /// <summary>The section.</summary>
    public HtmlSection Build()
    {
        XElement[] articles =
        [
            .. data.Study.Tasks.SelectMany(t => Chosen(t).Select(p => Article(t, p))),
        ];
        XElement[] content =
            articles.Length == 0
                ? [Html.Note("No attacked prompt of a learned classifier is recorded.")]
                :
                [
                    Html.Paragraph(
                        "The attack's string is marked. Signs: ↵ ends a line, ⇥ is a tab, other "
                            + "characters that cannot be seen are written as signs or as code "
                            + "points in ⟨ ⟩. Loss is the attacker's: it falls as the wrong "
                            + "class grows likelier, and the row breaks below 0.69."
                    ),
                    .. articles,
                ];
        return new("prompts", "Attacked prompts", content);
    }

    private IEnumerable<AttackedPrompt> Chosen(TaskDescription task)
    {
        HashSet<string> search =
        [
            .. groups
                .Where(g => g.Task == task && g.Role == AttackRole.Search)
                .Select(g => g.Attack),
        ];
        AttackedPrompt[] usable =
        [
            .. data.Prompts.Where(p =>
                p.Victim.Task == task.Name
                && learned.Contains(p.Victim)
                && search.Contains(p.Attack)
            ),
        ];
        string? size = data
            .Ladder.Select(r => r.Size)
            .LastOrDefault(s => usable.Any(p => p.Victim.Size == s));
        AttackedPrompt[] here = [.. usable.Where(p => p.Victim.Size == size)];
        IEnumerable<AttackedPrompt> broken = here.Where(p => p.IsBroken)
            .GroupBy(p => p.Label)
            .OrderBy(g => g.Key)
            .SelectMany(g => g.OrderBy(p => p.LossAfter).Take(BrokenOfEachClass));
        IEnumerable<AttackedPrompt> resisted = here.Where(p => !p.IsBroken)
            .OrderByDescending(p => p.LossAfter)
            .Take(1);
        return broken.Concat(resisted);
    }

    private static XElement Article(TaskDescription task, AttackedPrompt prompt)
    {
        string outcome = prompt.IsBroken
            ? $"a {task.ClassName(prompt.Label)} row is predicted "
                + $"{task.ClassName(prompt.Prediction)} at iteration {prompt.Iteration}"
            : $"a {task.ClassName(prompt.Label)} row holds out all {prompt.Iteration} iterations";
        string losses =
            $"Loss {ReportText.Decimal(prompt.LossBefore)} on the clean prompt, "
            + $"{ReportText.Decimal(prompt.LossAfter)} with the string. {prompt.Victim.Size}, "
            + $"seed {prompt.Victim.Seed}, {prompt.Attack}.";
        int end = prompt.Before.Length + prompt.AttackText.Length;
        return new XElement(
            "article",
            Html.Heading($"{task.Name}: {outcome}"),
            new XElement(
                "div",
                new XAttribute("class", "pair"),
                new XElement("div", Html.Note("Clean"), Html.Prompt(prompt.CleanText, 0, 0)),
                new XElement(
                    "div",
                    Html.Note("Attacked"),
                    Html.Prompt(prompt.Text, prompt.Before.Length, end)
                )
            ),
            Html.Note(losses)
        );
    }
}

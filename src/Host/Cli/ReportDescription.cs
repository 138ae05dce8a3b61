using System.Text.Json.Nodes;
using Robustness.Data;
using Robustness.Reporting;
using Robustness.Results;

namespace Robustness.Cli;

/// <summary>The study's own words in its report: settings, tasks, how to run it again.</summary>
internal static class ReportDescription
{
    private static readonly string[] s_teaches =
    [
        "Copying: a word or a random string is repeated.",
        "Equality: words of a line are marked as equal to the first one or not, "
            + "and so are the two words of a labelled record.",
        "Length: a word is marked as longer than the one before or not, "
            + "and so are the two words of a labelled record.",
        "So both relations of the tasks are taught directly, in other words; the tasks' prompts, "
            + "labels and answers never occur. Words of evaluation rows may.",
    ];

    public static StudyDescription Of(StudyResults results, string folder)
    {
        var study = results.Study;
        string name = (string)study["name"]!;
        return new StudyDescription(
            name,
            ProgramVersion.Text,
            [.. study["seeds"]!.AsArray().Select((_, i) => i)],
            Tasks(results),
            Settings(study),
            Teaches(study),
            [
                $"dotnet run -c Release --project src/Host -- study run {name} --out {folder}",
                $"dotnet run -c Release --project src/Host -- report {folder}",
            ]
        )
        {
            PretrainsOnFile = Files(study).Count > 0,
        };
    }

    /// <summary>Hashes of the files that pretraining reads instead of the grammar.</summary>
    private static List<string> Files(JsonObject study) =>
        [
            .. study["pretraining"]!
                .AsArray()
                .Select(p => (string?)p!["text"]!["file"])
                .OfType<string>()
                .Distinct(),
        ];

    private static string[] Teaches(JsonObject study)
    {
        List<string> files = Files(study);
        return
        [
            .. files.Select(hash =>
                $"Text of a file of the user's (SHA-256 {hash[..12]}…). What it teaches, and "
                + "whether it holds the tasks' prompts or answers, is not known here."
            ),
            .. files.Count < study["pretraining"]!.AsArray().Count ? s_teaches : [],
        ];
    }

    private static List<TaskDescription> Tasks(StudyResults results) =>
        [
            .. results
                .Plan.Where(p => p.Stage == StageNames.Evaluation)
                .GroupBy(p => p.Labels.Task)
                .Select(g => g.First().Labels)
                .Select(l => new TaskDescription(
                    l.Task,
                    l.ClassNames[0].Trim(),
                    l.ClassNames[1].Trim(),
                    l.TaskKind == TextClassificationTask.CatalogName ? null : l.ChunkNoise
                )),
        ];

    private static List<StudySetting> Settings(JsonObject study) =>
        [
            .. Precisions(study),
            .. Points(study, "pretraining"),
            .. Points(study, "fine_tuning"),
            .. Points(study, "attacks"),
            .. Arms(study),
            new StudySetting("evaluation", Words(study["evaluation"]!)),
        ];

    // Where nothing is said it is f32.
    private static IEnumerable<StudySetting> Precisions(JsonObject study) =>
        study["sizes"]!
            .AsArray()
            .Where(size => size!["precision"] is not null)
            .GroupBy(size => (string)size!["precision"]!, size => (string)size!["name"]!)
            .Select(g => new StudySetting("precision", $"{g.Key}: {string.Join(", ", g)}"));

    private static IEnumerable<StudySetting> Arms(JsonObject study)
    {
        const string Name = "adversarial_training";
        foreach (JsonNode? arm in study[Name] as JsonArray ?? [])
        {
            var shown = (JsonObject)arm!.DeepClone();
            foreach (string hidden in (string[])["evaluations", "evaluation", "evaluated_rounds"])
            {
                shown.Remove(hidden);
            }
            yield return new StudySetting(Name, Words(shown));
        }
    }

    private static IEnumerable<StudySetting> Points(JsonObject study, string name) =>
        study[name]!.AsArray().Select(point => new StudySetting(name, Words(point!)));

    private static string Words(JsonNode node) =>
        node is JsonObject members
            ? string.Join(
                ", ",
                members
                    .Where(m => m.Value is not null && m.Value.ToString().Length > 0)
                    .Select(m =>
                        m.Value is JsonObject inner
                            ? Words(inner)
                            : $"{m.Key.Replace('_', ' ')} {CanonicalJson.Write(m.Value).Trim('"')}"
                    )
            )
            : CanonicalJson.Write(node);
}

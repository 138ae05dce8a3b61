using System.CommandLine;
using Robustness.Results;
using Robustness.Study;

namespace Robustness.Cli;

/// <summary><c>study run | plan | status</c>.</summary>
internal static class StudyCommand
{
    public static Command Create(Terminal terminal) =>
        new("study", "Runs a whole study, or shows what it would do or has done.")
        {
            CreateRun(terminal),
            StudyPlanCommand.Create(terminal),
            StudyStatusCommand.Create(terminal),
        };

    private static Command CreateRun(Terminal terminal)
    {
        var source = new StudySource();
        var output = new Option<string?>("--out")
        {
            Description = "Folder of the results; study-NAME unless given.",
        };
        var workers = new Option<int>("--workers")
        {
            Description = "Stages at a time; as many as threads unless given. Changes no result.",
        };
        CommonOptions.AtLeast(workers, 1);
        var shard = CheckedOption.Create(
            "--shard",
            "Run part i of n of the study, such as 1/2; see docs/study.md.",
            "i/n with i from 1 to n, such as 1/2",
            StudyShard.TryParse
        );
        var threads = CommonOptions.Threads();
        var backend = CommonOptions.Backend();
        var noPrefix = CommonOptions.NoPrefixCache();
        var noReuse = CommonOptions.NoPositionReuse();
        var command = new Command(
            "run",
            "Runs a study, or goes on with it; what is done is not done again.\n\n"
                + "Examples:\n"
                + "  robustness study run quick\n"
                + "  robustness study run mine.yaml --out study-mine --threads 8\n"
                + "  robustness study run mine.yaml --out part1 --shard 1/2\n"
                + "  robustness study run small --data sms.jsonl --class-names ham spam"
        )
        {
            source.Study,
            output,
            workers,
            shard,
            threads,
            backend,
            noPrefix,
            noReuse,
        };
        foreach (var option in source.Options)
        {
            command.Options.Add(option);
        }
        command.SetAction(parsed =>
        {
            var config = source.Read(parsed);
            int threadCount = parsed.GetValue(threads);
            int workerCount = parsed.GetValue(workers) is > 0 and int given ? given : threadCount;
            return new StudyRun(terminal, config)
            {
                Folder = parsed.GetValue(output) ?? "study-" + config.Name,
                WorkerCount = workerCount,
                Shard = parsed.GetValue(shard),
                CreateBackend = () => BackendFactory.Create(Math.Max(1, threadCount / workerCount)),
                Caches = new AttackCaches(!parsed.GetValue(noPrefix), !parsed.GetValue(noReuse)),
            }.Run();
        });
        return command;
    }
}

using System.CommandLine;
using System.Text.RegularExpressions;
using NUnit.Framework;
using Robustness.Cli;

namespace Robustness.Tests.Cli;

/// <summary>Examples and documents name verbs and options that are there.</summary>
[TestFixture]
public sealed partial class HelpExampleTests
{
    private const string Program = "robustness ";
    private static readonly RootCommand s_root = Root();

    // Those of one model; studies, reports, benches and kernels have pages of their own.
    private static readonly string[] s_ofOneModel =
    [
        "train",
        "evaluate",
        "attack",
        "generate",
        "model inspect",
        "doctor",
    ];

    private static readonly Dictionary<string, Command> s_verbs = Verbs(s_root, "")
        .ToDictionary(v => v.Path, v => v.Command);

    [TestCaseSource(nameof(VerbNames))]
    public void EveryVerbHasExamplesThatParse(string verb)
    {
        var examples = Lines(s_verbs[verb].Description ?? "").ToList();

        Assert.That(examples, Is.Not.Empty);
        foreach (string example in examples)
        {
            Parses(example);
            Assert.That(example, Does.StartWith(Program + verb));
        }
    }

    [TestCase("README.md")]
    [TestCase("docs/cli.md")]
    public void CommandsOfADocumentParse(string document)
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, document));
        var commands = Lines(text)
            .Concat(RunLine().Matches(text).Select(m => Program + m.Groups[1].Value))
            .ToList();

        Assert.That(commands, Is.Not.Empty);
        commands.ForEach(Parses);
    }

    [TestCaseSource(nameof(s_ofOneModel))]
    public void TheReferenceNamesEveryVerbAndOption(string verb)
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, "docs/cli.md"));

        Assert.That(text, Does.Contain($"`{verb}"));
        var missing = s_verbs[verb].Options.Select(o => o.Name).Where(o => !text.Contains($"`{o}"));
        Assert.That(missing, Is.Empty);
    }

    [Test]
    public void TheReadmeNamesEveryVerb()
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        Assert.That(s_ofOneModel.Where(v => !text.Contains($"`{v}")), Is.Empty);
    }

    private static IEnumerable<string> VerbNames() => s_verbs.Keys;

    private static RootCommand Root() =>
        CommandLine.Root(new Terminal(TextWriter.Null, TextWriter.Null, default));

    private static void Parses(string line)
    {
        var parsed = Root().Parse(Words(line).Skip(1).ToList(), CommandLine.Parsing);
        Assert.That(parsed.Errors.Select(e => e.Message), Is.Empty, line);
    }

    private static IEnumerable<(string Path, Command Command)> Verbs(Command command, string path)
    {
        foreach (var verb in command.Subcommands)
        {
            string name = path.Length == 0 ? verb.Name : $"{path} {verb.Name}";
            if (verb.Subcommands.Count == 0)
            {
                yield return (name, verb);
            }
            foreach (var inner in Verbs(verb, name))
            {
                yield return inner;
            }
        }
    }

    // Command lines, but for those that show a fault.
    private static IEnumerable<string> Lines(string text)
    {
        string[] lines = [.. text.Split('\n').Select(l => l.Trim())];
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].StartsWith("$ ", StringComparison.Ordinal)
                ? lines[i][2..]
                : lines[i];
            bool faulty =
                i + 1 < lines.Length
                && lines[i + 1].StartsWith("error: ", StringComparison.Ordinal);
            if (line.StartsWith(Program, StringComparison.Ordinal) && !faulty)
            {
                yield return line.Split(" > ")[0];
            }
        }
    }

    // Words as a shell sees them: double quotes keep blanks.
    private static IEnumerable<string> Words(string line) =>
        Word().Matches(line).Select(m => m.Value.Replace("\"", "", StringComparison.Ordinal));

    [GeneratedRegex("""(?:[^\s"]|"[^"]*")+""")]
    private static partial Regex Word();

    [GeneratedRegex(@"^dotnet run -c Release --project src/Host -- (.+)$", RegexOptions.Multiline)]
    private static partial Regex RunLine();
}

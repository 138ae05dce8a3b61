using NUnit.Framework;

namespace Robustness.Tests.Cli;

/// <summary>A full or read-only disk: one line, and the store goes on when it can.</summary>
[TestFixture]
[Platform("Linux")]
public sealed class StorageFailureTests
{
    // $1 program, $2 study, $3 where the small disk is, $4 where the table goes.
    private const string Script = """
        mount -t tmpfs -o size=300k disk "$3" || exit 77
        run() { dotnet "$1" study run "$2" --out "$3/store" --threads 1; echo "exit $?" >&2; }
        run "$@"
        ls "$3/store/tables" 2>/dev/null
        mount -o remount,size=16m "$3" && run "$@"
        cp "$3/store/tables/evaluations.csv" "$4"
        mount -o remount,ro "$3" && run "$@"
        """;

    [Test]
    public void AFullAndAReadOnlyDiskAreSaidAndLeaveAStoreThatGoesOn()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Of("tiny.yaml");
        string disk = Directory.CreateDirectory(folder.Of("disk")).FullName;
        File.WriteAllText(file, TinyStudy.Text);
        using var process = StudyProcess.Script(
            $"exec unshare -rm bash -c '{Script}' bash \"$@\"",
            file,
            disk,
            folder.Of("table.csv")
        );
        process.Wait();
        string[] lines = process.Errors.Split('\n');
        if (!lines.Any(l => l.StartsWith("exit ", StringComparison.Ordinal)))
        {
            Assert.Ignore($"Needs a mount of its own: {process.Errors}");
        }

        string[] told =
        [
            .. lines.Where(l =>
                l.StartsWith("error: ", StringComparison.Ordinal)
                || l.StartsWith("exit ", StringComparison.Ordinal)
            ),
        ];
        Assert.That(told, Has.Length.EqualTo(5), process.Errors);
        string cannot = $"error: {disk}/store: the results cannot be written: ";
        Assert.That(told[0], Does.StartWith(cannot).And.Contain("No space left on device"));
        Assert.That(told[0], Does.EndWith("then the same command goes on."));
        Assert.That(told[1], Is.EqualTo("exit 1"));
        Assert.That(told[2], Is.EqualTo("exit 0"));
        Assert.That(told[3], Does.StartWith(cannot).And.Contain("Read-only file system"));
        Assert.That(told[4], Is.EqualTo("exit 2"));

        using var quiet = StudyProcess.Start("study", "run", file, "--out", folder.Of("quiet"));
        Assert.That(quiet.Wait(), Is.Zero, quiet.Errors);
        Assert.That(
            File.ReadAllText(folder.Of("table.csv")),
            Is.EqualTo(new StoreSight(folder.Of("quiet")).Table)
        );
    }
}

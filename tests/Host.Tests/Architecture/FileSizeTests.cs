using System.Globalization;
using NUnit.Framework;

namespace Robustness.Tests.Architecture;

/// <summary>Files stay small enough to read in one go, lines to read at a glance.</summary>
[TestFixture]
public sealed class FileSizeTests
{
    private const int MostLines = 400;
    private const int MostColumns = 100;

    private static readonly string[] s_folders = ["src", "tests", "bench"];

    [Test]
    public void NoFileIsLongerThan400Lines()
    {
        var tooLong = Repository
            .Files(".cs", s_folders)
            .Select(f => (Path: Repository.Relative(f), Count: File.ReadLines(f).Count()))
            .Where(f => f.Count > MostLines)
            .Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.Path}: {f.Count} lines"));

        Assert.That(tooLong, Is.Empty);
    }

    [Test]
    public void NoLineIsWiderThan100Columns()
    {
        var tooWide =
            from file in Repository.Files(".cs", s_folders)
            from line in File.ReadLines(file).Select((text, i) => (Text: text, Number: i + 1))
            where line.Text.Length > MostColumns
            select string.Create(
                CultureInfo.InvariantCulture,
                $"{Repository.Relative(file)}:{line.Number}: {line.Text.Length} columns"
            );

        Assert.That(tooWide, Is.Empty);
    }
}

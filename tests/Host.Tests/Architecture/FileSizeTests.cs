using System.Globalization;
using NUnit.Framework;

namespace Robustness.Tests.Architecture;

/// <summary>Files stay small enough to read in one go.</summary>
[TestFixture]
public sealed class FileSizeTests
{
    private const int MostLines = 400;

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
}

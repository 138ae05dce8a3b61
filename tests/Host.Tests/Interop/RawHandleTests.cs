using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Robustness.Tests.Interop;

/// <summary>The engine uses the driver through the classes that own its objects.</summary>
[TestFixture]
public sealed partial class RawHandleTests
{
    [Test]
    public void NoFileOfTheEngineNamesARawHandle()
    {
        var files = Directory
            .EnumerateFiles(Path.Combine(Repository.Root, "src/Host"), "*.cs", s_everywhere)
            .Where(path => !path.Contains($"{s_separator}obj{s_separator}"));
        var naming = files.Where(path => RawHandle().IsMatch(File.ReadAllText(path)));
        Assert.That(naming, Is.Empty);
    }

    private static readonly EnumerationOptions s_everywhere = new()
    {
        RecurseSubdirectories = true,
    };

    private static readonly char s_separator = Path.DirectorySeparatorChar;

    [GeneratedRegex(@"\bCU(context|device|module|function|stream|event|graph|graphExec)\b")]
    private static partial Regex RawHandle();
}

using System.Text;
using NUnit.Framework;

namespace Robustness.Tests.Reporting;

/// <summary>
/// Compares text with a committed file. ROBUSTNESS_ACCEPT_GOLDEN=1 in the environment writes the
/// files instead: look at the difference before committing it.
/// </summary>
internal static class GoldenFile
{
    /// <summary>Fails unless the text equals the committed file, byte by byte.</summary>
    public static void Check(string name, string text, string area = "Reporting")
    {
        string path = Path.Combine(Folder(area), name);
        if (Environment.GetEnvironmentVariable("ROBUSTNESS_ACCEPT_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Folder(area));
            File.WriteAllText(path, text, new UTF8Encoding(false));
        }
        Assert.That(path, Does.Exist, "Accept it with ROBUSTNESS_ACCEPT_GOLDEN=1.");
        Assert.That(text, Is.EqualTo(File.ReadAllText(path)), $"{name} differs.");
    }

    private static string Folder(string area)
    {
        string? folder = TestContext.CurrentContext.TestDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Robustness.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }
        Assert.That(folder, Is.Not.Null, "The tests run outside the repository.");
        return Path.Combine(folder!, "tests", "Host.Tests", area, "Golden");
    }
}

using NUnit.Framework;

namespace Robustness.Tests.Data;

/// <summary>
/// Data that is used when it is at hand and is no part of the repository: the folder
/// <c>shared/data</c> beside the one that holds the solution.
/// </summary>
public static class OptionalData
{
    /// <summary>The path of a file, or a skipped test that says which file is absent.</summary>
    public static string Require(string relativePath)
    {
        string? path = Find(relativePath);
        if (path is null)
        {
            Assert.Ignore($"Optional data {relativePath} is absent.");
        }
        return path!;
    }

    /// <summary>The path of a file, null when it is absent.</summary>
    public static string? Find(string relativePath)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Robustness.sln")))
        {
            folder = folder.Parent;
        }
        if (folder?.Parent is null)
        {
            return null;
        }
        string path = Path.Combine(folder.Parent.FullName, "shared", "data", relativePath);
        return Path.Exists(path) ? path : null;
    }
}

using System.Text.RegularExpressions;

namespace Robustness.Backends.Cuda;

/// <summary>
/// Makes the file names of PTX relative. The compiler writes whole paths, which would tie
/// compiled code to a machine and its reports to a folder.
/// </summary>
public static partial class PtxFileNames
{
    /// <summary>
    /// The same text, line by line, with each <c>.file</c> named relative to the first of the
    /// folders that holds it; a file outside of all keeps its last part only.
    /// </summary>
    /// <param name="ptx">The text.</param>
    /// <param name="folders">Full paths.</param>
    /// <param name="main">
    /// The compiled program's name, which stays as it is; the compiler takes it for a path from
    /// the working directory.
    /// </param>
    public static string Relative(string ptx, IReadOnlyList<string> folders, string main)
    {
        ArgumentNullException.ThrowIfNull(ptx);
        ArgumentNullException.ThrowIfNull(folders);
        return FileLine()
            .Replace(
                ptx,
                match =>
                    match.Groups[1].Value + '"' + Name(match.Groups[2].Value, folders, main) + '"'
            );
    }

    private static string Name(string path, IReadOnlyList<string> folders, string main)
    {
        string full = Path.GetFullPath(path);
        if (full == Path.GetFullPath(main))
        {
            return main;
        }
        foreach (string folder in folders)
        {
            string relative = Path.GetRelativePath(folder, full).Replace('\\', '/');
            if (
                !Path.IsPathRooted(relative)
                && !relative.StartsWith("../", StringComparison.Ordinal)
            )
            {
                return relative;
            }
        }
        return Path.GetFileName(full);
    }

    [GeneratedRegex("""^(\s*\.file\s+\d+\s+)"([^"]*)"[^\r\n]*""", RegexOptions.Multiline)]
    private static partial Regex FileLine();
}

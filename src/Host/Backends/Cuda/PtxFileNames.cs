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
    public static string Relative(string ptx, IReadOnlyList<string> folders)
    {
        ArgumentNullException.ThrowIfNull(ptx);
        ArgumentNullException.ThrowIfNull(folders);
        return FileLine()
            .Replace(
                ptx,
                match => match.Groups[1].Value + '"' + Name(match.Groups[2].Value, folders) + '"'
            );
    }

    private static string Name(string path, IReadOnlyList<string> folders)
    {
        string full = Path.GetFullPath(path);
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

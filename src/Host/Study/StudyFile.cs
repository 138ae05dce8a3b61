using System.Reflection;
using System.Text;
using Robustness.Data;
using Robustness.Results;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Robustness.Study;

/// <summary>Finds a study by path or by the name of a built-in one, and reads it.</summary>
public static class StudyFile
{
    private const string ResourceFolder = "studies/";
    private const string Ending = ".yaml";

    /// <summary>Names of the built-in studies.</summary>
    public static IReadOnlyList<string> BuiltInNames { get; } =
    [
        .. Assembly
            .GetExecutingAssembly()
            .GetManifestResourceNames()
            .Where(n => n.StartsWith(ResourceFolder, StringComparison.Ordinal))
            .Select(n => n[ResourceFolder.Length..^Ending.Length])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Reads a file of that path, else the built-in study of that name.</summary>
    /// <exception cref="InputFaultException">Not found, not YAML, or with faults.</exception>
    public static StudyConfig Read(string fileOrName)
    {
        ArgumentNullException.ThrowIfNull(fileOrName);
        if (File.Exists(fileOrName))
        {
            return Parse(fileOrName, ReadText(fileOrName), Path.GetDirectoryName(fileOrName) ?? "");
        }
        if (!BuiltInNames.Contains(fileOrName))
        {
            string hint = NearestName.Hint(fileOrName, BuiltInNames);
            throw new InputFaultException(
                $"{fileOrName}: no such file, and no built-in study of that name; "
                    + $"built in: {string.Join(", ", BuiltInNames)}.{hint}"
            );
        }
        string resource = ResourceFolder + fileOrName + Ending;
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return Parse(resource, reader.ReadToEnd(), "");
    }

    /// <summary>Reads the text of a study file.</summary>
    /// <param name="file">Its name in faults.</param>
    /// <param name="text">YAML.</param>
    /// <param name="folder">What relative paths in it start from.</param>
    public static StudyConfig Parse(string file, string text, string folder)
    {
        var faults = new StudyFaults(file);
        var yaml = new YamlStream();
        try
        {
            using var reader = new StringReader(text);
            yaml.Load(reader);
        }
        catch (YamlException e)
        {
            string reason = e.InnerException?.Message ?? e.Message;
            faults.AddLine(e.Start.Line, "YAML", reason);
            faults.ThrowIfAny();
        }
        if (yaml.Documents.Count == 0 || yaml.Documents[0].RootNode is not YamlMappingNode root)
        {
            throw new InputFaultException(
                $"{file}:1: study: found no settings; a mapping with name, sizes, tasks and "
                    + "attacks is needed"
            );
        }
        var config = new StudyReader(faults, folder).Read(root);
        faults.ThrowIfAny();
        return config;
    }

    private static string ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path, new UTF8Encoding(false, throwOnInvalidBytes: true));
        }
        catch (DecoderFallbackException)
        {
            throw new InputFaultException($"{path}: the file is not UTF-8.");
        }
    }
}

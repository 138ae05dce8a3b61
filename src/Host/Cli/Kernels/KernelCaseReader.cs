using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Robustness.Results;

namespace Robustness.Cli.Kernels;

/// <summary>Reads a case file; all its faults are reported at once.</summary>
internal sealed partial class KernelCaseReader
{
    private static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);
    private readonly string _file;
    private readonly string _folder;
    private readonly List<string> _faults = [];

    private KernelCaseReader(string file)
    {
        _file = file;
        _folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
    }

    /// <exception cref="InputFaultException">One line for each fault.</exception>
    public static KernelCase Read(string file)
    {
        if (!File.Exists(file))
        {
            throw new InputFaultException($"{file}: there is no such file.");
        }
        try
        {
            using var document = JsonDocument.Parse(
                s_strict.GetString(File.ReadAllBytes(file)),
                new JsonDocumentOptions { AllowDuplicateProperties = false }
            );
            return new KernelCaseReader(file).ReadCase(document.RootElement);
        }
        catch (JsonException error)
        {
            throw new InputFaultException($"{file}: not a JSON document: {Describe(error)}");
        }
        catch (Exception error)
            when (error is DecoderFallbackException or InvalidOperationException)
        {
            // The last one comes from half a surrogate pair in a text.
            throw new InputFaultException($"{file}: not a JSON document: {error.Message}");
        }
    }

    /// <summary>Line and byte from 1, and what the parser says without its own counts.</summary>
    private static string Describe(JsonException error)
    {
        int counts = error.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        string reason = counts < 0 ? error.Message : error.Message[..counts];
        return error.LineNumber is long line
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"line {line + 1}, byte {error.BytePositionInLine + 1}: {reason}"
            )
            : reason;
    }

    private KernelCase ReadCase(JsonElement root)
    {
        var fields = new CaseField(root, "case", _file, _faults).Fields(
            "source",
            "ptx",
            "builtin",
            "arch",
            "options",
            "include",
            "buffers",
            "constants",
            "globals",
            "launches",
            "limits",
            "fail_on_fault"
        );
        var program = ReadProgram(fields);
        var buffers = ReadBuffers(fields, "buffers");
        CaseBuffer[] variables =
        [
            .. ReadBuffers(fields, "constants"),
            .. ReadBuffers(fields, "globals"),
        ];
        CheckOutputs([.. buffers, .. variables]);
        var result = new KernelCase(_file)
        {
            Program = program,
            Buffers = buffers,
            Variables = variables,
            Launches = ReadLaunches(fields, buffers),
            InstructionsPerThread = ReadLimit(fields),
            FailOnFault = !fields.TryGetValue("fail_on_fault", out CaseField? flag) || flag.Flag(),
        };
        return _faults.Count == 0 ? result : throw new InputFaultException(_faults);
    }

    private CaseProgram ReadProgram(IReadOnlyDictionary<string, CaseField> fields)
    {
        string[] kinds = [.. fields.Keys.Where(key => key is "source" or "ptx" or "builtin")];
        if (kinds.Length != 1)
        {
            string found = kinds.Length == 0 ? "no code" : string.Join(" and ", kinds);
            _faults.Add($"{_file}: found {found}; allowed: one of source, ptx, builtin.");
            return new CaseProgram(CaseProgramKind.Ptx, "", "");
        }
        CaseField field = fields[kinds[0]];
        if (kinds[0] != "source")
        {
            RefuseCompilerSettings(fields);
        }
        if (kinds[0] == "builtin")
        {
            if (!field.Flag())
            {
                field.FaultValue("true");
            }
            return new CaseProgram(CaseProgramKind.Builtin, "", "the built-in kernels");
        }
        string name = field.Text();
        string file = Path.GetFullPath(Path.Combine(_folder, name));
        if (name.Length > 0 && !File.Exists(file))
        {
            field.FaultValue("a file that exists");
        }
        if (kinds[0] == "ptx")
        {
            return new CaseProgram(CaseProgramKind.Ptx, file, name);
        }
        return new CaseProgram(CaseProgramKind.Source, file, name)
        {
            Architecture = ReadArchitecture(fields),
            Options = fields.TryGetValue("options", out CaseField? options) ? options.Texts() : [],
            Include = ReadInclude(fields),
        };
    }

    private static void RefuseCompilerSettings(IReadOnlyDictionary<string, CaseField> fields)
    {
        foreach (string key in (string[])["arch", "options", "include"])
        {
            if (fields.TryGetValue(key, out CaseField? unused))
            {
                unused.Fault("a compiler setting", "beside source only");
            }
        }
    }

    private static string ReadArchitecture(IReadOnlyDictionary<string, CaseField> fields)
    {
        if (!fields.TryGetValue("arch", out CaseField? field))
        {
            return "compute_80";
        }
        string architecture = field.Text();
        if (!ArchitectureName().IsMatch(architecture))
        {
            field.FaultValue("compute_NN or sm_NN");
        }
        return architecture;
    }

    private List<string> ReadInclude(IReadOnlyDictionary<string, CaseField> fields)
    {
        if (!fields.TryGetValue("include", out CaseField? field))
        {
            return [_folder];
        }
        var folders = new List<string>();
        foreach (CaseField item in field.Items())
        {
            string folder = Path.GetFullPath(Path.Combine(_folder, item.Text()));
            if (!Directory.Exists(folder))
            {
                item.FaultValue("a folder that exists");
            }
            folders.Add(folder);
        }
        return folders;
    }

    private static long ReadLimit(IReadOnlyDictionary<string, CaseField> fields)
    {
        const long Default = 1_000_000_000;
        return
            fields.TryGetValue("limits", out CaseField? limits)
            && limits
                .Fields("instructions_per_thread")
                .TryGetValue("instructions_per_thread", out CaseField? limit)
            ? limit.Whole(1, long.MaxValue)
            : Default;
    }

    [GeneratedRegex(@"^(compute|sm)_[0-9]+[a-z]?$")]
    private static partial Regex ArchitectureName();
}

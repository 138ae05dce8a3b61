using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Robustness.Interop;

/// <summary>The runtime compiler of the CUDA toolkit, 11.2 or later.</summary>
public sealed unsafe class NvrtcCompiler
{
    private const string Advice =
        "Install NVRTC 11.2 or later (Debian: libnvrtc11.2 of the component non-free) or set "
        + NativeLibraries.NvrtcVariable
        + " to the path of the library.";

    private NvrtcCompiler(string path, Version version)
    {
        Path = path;
        Version = version;
    }

    /// <summary>Name or path under which the library was found.</summary>
    public string Path { get; }

    public Version Version { get; }

    /// <summary>The library of this machine.</summary>
    /// <exception cref="NativeLibraryException">It is absent, or older than 11.2.</exception>
    public static NvrtcCompiler Load()
    {
        if (!NativeLibraries.TryLoad(NativeLibraries.Nvrtc, out _, out string found))
        {
            throw new NativeLibraryException("NVRTC", found, Advice);
        }
        int major = 0;
        int minor = 0;
        try
        {
            Check(NativeMethods.nvrtcVersion(&major, &minor), "nvrtcVersion", "");
        }
        catch (EntryPointNotFoundException)
        {
            throw new NativeLibraryException("NVRTC", $"{found}, which is no NVRTC", Advice);
        }
        var version = new Version(major, minor);
        return version >= new Version(11, 2)
            ? new NvrtcCompiler(found, version)
            : throw new NativeLibraryException(
                "NVRTC",
                string.Create(CultureInfo.InvariantCulture, $"{found}, version {version}"),
                Advice
            );
    }

    /// <summary>As <see cref="Load"/>, or null and the reason.</summary>
    public static NvrtcCompiler? TryLoad(out string reason)
    {
        try
        {
            reason = "";
            return Load();
        }
        catch (NativeLibraryException error)
        {
            reason = error.Message;
            return null;
        }
    }

    /// <summary>Compute capabilities that it compiles for, such as 80.</summary>
    public IReadOnlyList<int> Architectures()
    {
        int count = 0;
        Check(
            NativeMethods.nvrtcGetNumSupportedArchs(&count),
            nameof(NativeMethods.nvrtcGetNumSupportedArchs),
            ""
        );
        int[] architectures = new int[count];
        fixed (int* first = architectures)
        {
            Check(
                NativeMethods.nvrtcGetSupportedArchs(first),
                nameof(NativeMethods.nvrtcGetSupportedArchs),
                ""
            );
        }
        return architectures;
    }

    /// <summary>Compiles; the program's log stands in the output or in the exception.</summary>
    /// <exception cref="NvrtcException">The source or an option is at fault.</exception>
    public NvrtcOutput Compile(NvrtcProgram program)
    {
        ArgumentNullException.ThrowIfNull(program);
        using var texts = new NativeTexts();
        (string[] names, string[] contents) = (
            [.. program.Headers.Keys],
            [.. program.Headers.Values]
        );
        Check(
            NativeMethods.nvrtcCreateProgram(
                out NvrtcProgramHandle handle,
                texts.Add(program.Source),
                texts.Add(program.Name),
                names.Length,
                texts.Add(contents),
                texts.Add(names)
            ),
            nameof(NativeMethods.nvrtcCreateProgram),
            ""
        );
        using (handle)
        {
            byte** options = texts.Add([.. program.Options]);
            NvrtcResult result = NativeMethods.nvrtcCompileProgram(
                handle,
                program.Options.Count,
                options
            );
            string log = Log(handle);
            Check(result, nameof(NativeMethods.nvrtcCompileProgram), log);
            return new NvrtcOutput(Ptx(handle), Cubin(handle), log);
        }
    }

    private static string Log(NvrtcProgramHandle program)
    {
        nuint bytes = 0;
        if (NativeMethods.nvrtcGetProgramLogSize(program, &bytes) != NvrtcResult.Success)
        {
            return "";
        }
        byte[] text = new byte[bytes + 1];
        fixed (byte* first = text)
        {
            return NativeMethods.nvrtcGetProgramLog(program, first) == NvrtcResult.Success
                ? Text(text)
                : "";
        }
    }

    private static string Ptx(NvrtcProgramHandle program)
    {
        nuint bytes = 0;
        Check(
            NativeMethods.nvrtcGetPTXSize(program, &bytes),
            nameof(NativeMethods.nvrtcGetPTXSize),
            ""
        );
        byte[] text = new byte[bytes + 1];
        fixed (byte* first = text)
        {
            Check(NativeMethods.nvrtcGetPTX(program, first), nameof(NativeMethods.nvrtcGetPTX), "");
        }
        return Text(text);
    }

    private static byte[] Cubin(NvrtcProgramHandle program)
    {
        nuint bytes = 0;
        if (NativeMethods.nvrtcGetCUBINSize(program, &bytes) != NvrtcResult.Success || bytes == 0)
        {
            return [];
        }
        byte[] cubin = new byte[bytes];
        fixed (byte* first = cubin)
        {
            Check(
                NativeMethods.nvrtcGetCUBIN(program, first),
                nameof(NativeMethods.nvrtcGetCUBIN),
                ""
            );
        }
        return cubin;
    }

    private static string Text(byte[] bytes)
    {
        int end = Array.IndexOf(bytes, (byte)0);
        return Encoding.UTF8.GetString(bytes, 0, end < 0 ? bytes.Length : end);
    }

    private static void Check(NvrtcResult result, string call, string log)
    {
        if (result == NvrtcResult.Success)
        {
            return;
        }
        string advice = result switch
        {
            NvrtcResult.Compilation => "the source does not compile; see the log.",
            NvrtcResult.InvalidOption => "this version does not know an option; see the log.",
            NvrtcResult.BuiltinOperationFailure =>
                "the library's builtins (libnvrtc-builtins) are missing or of another version.",
            _ => "an error inside NVRTC.",
        };
        throw new NvrtcException(result, call, advice, log);
    }

    /// <summary>
    /// Texts in native memory, as NUL-terminated UTF-8, for the time of one call.
    /// </summary>
    private sealed class NativeTexts : IDisposable
    {
        private readonly List<nint> _blocks = [];

        public byte* Add(string text)
        {
            nint block = Marshal.StringToCoTaskMemUTF8(text);
            _blocks.Add(block);
            return (byte*)block;
        }

        public byte** Add(string[] texts)
        {
            nint block = Marshal.AllocCoTaskMem(sizeof(byte*) * Math.Max(1, texts.Length));
            _blocks.Add(block);
            for (int i = 0; i < texts.Length; i++)
            {
                ((byte**)block)[i] = Add(texts[i]);
            }
            return (byte**)block;
        }

        public void Dispose() => _blocks.ForEach(Marshal.FreeCoTaskMem);
    }
}

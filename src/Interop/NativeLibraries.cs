using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Robustness.Interop;

/// <summary>
/// Where the native libraries are: names by version, newest first, and usual places.
/// </summary>
internal static class NativeLibraries
{
    public const string Driver = "cuda";
    public const string Nvrtc = "nvrtc";
    public const string CublasLt = "cublasLt";
    public const string Nvml = "nvml";

    /// <summary>Path of the NVRTC library; nothing else is tried when it is set.</summary>
    public const string NvrtcVariable = "ROBUSTNESS_NVRTC";

    /// <summary>The resolver of every import of this assembly.</summary>
    public static nint Resolve(string library, Assembly assembly, DllImportSearchPath? search) =>
        TryLoad(library, out nint handle, out _) ? handle : 0;

    /// <summary>
    /// Loads a library; <paramref name="found"/> is its path or name, or what failed.
    /// </summary>
    public static bool TryLoad(string library, out nint handle, out string found)
    {
        string? chosen =
            library == Nvrtc ? Environment.GetEnvironmentVariable(NvrtcVariable) : null;
        if (!string.IsNullOrEmpty(chosen))
        {
            found = chosen;
            return NativeLibrary.TryLoad(chosen, out handle);
        }
        foreach (string candidate in Candidates(library))
        {
            if (NativeLibrary.TryLoad(candidate, out handle))
            {
                found = candidate;
                return true;
            }
        }
        handle = 0;
        found = string.Join(", ", Names(library));
        return false;
    }

    /// <summary>File names on this system, newest version first.</summary>
    public static IReadOnlyList<string> Names(string library) =>
        OperatingSystem.IsWindows() ? WindowsNames(library) : LinuxNames(library);

    private static string[] LinuxNames(string library) =>
        library switch
        {
            Driver => ["libcuda.so.1", "libcuda.so"],
            Nvrtc => ["libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so.11.2", "libnvrtc.so"],
            CublasLt =>
            [
                "libcublasLt.so.13",
                "libcublasLt.so.12",
                "libcublasLt.so.11",
                "libcublasLt.so",
            ],
            Nvml => ["libnvidia-ml.so.1", "libnvidia-ml.so"],
            _ => [],
        };

    private static string[] WindowsNames(string library) =>
        library switch
        {
            Driver => ["nvcuda.dll"],
            Nvrtc => ["nvrtc64_130_0.dll", "nvrtc64_120_0.dll", "nvrtc64_112_0.dll"],
            CublasLt => ["cublasLt64_13.dll", "cublasLt64_12.dll", "cublasLt64_11.dll"],
            Nvml => ["nvml.dll"],
            _ => [],
        };

    // The loader's own search first, then each usual folder.
    private static IEnumerable<string> Candidates(string library)
    {
        IReadOnlyList<string> names = Names(library);
        return names.Concat(
            Folders()
                .Where(Directory.Exists)
                .SelectMany(folder => names.Select(name => Path.Combine(folder, name)))
                .Where(File.Exists)
        );
    }

    private static IEnumerable<string> Folders()
    {
        string[] roots =
        [
            Environment.GetEnvironmentVariable("CUDA_PATH") ?? "",
            Environment.GetEnvironmentVariable("CUDA_HOME") ?? "",
            "/usr/local/cuda",
            .. Toolkits(),
            "/opt/cuda",
        ];
        foreach (string root in roots.Where(root => root.Length > 0))
        {
            yield return Path.Combine(root, OperatingSystem.IsWindows() ? "bin" : "lib64");
        }
        if (!OperatingSystem.IsWindows())
        {
            yield return "/usr/lib/x86_64-linux-gnu";
            yield return "/usr/lib/aarch64-linux-gnu";
            yield return "/usr/lib64";
            yield return "/usr/lib/wsl/lib";
        }
    }

    /// <summary>Installed toolkits beside the default one, newest first.</summary>
    private static IEnumerable<string> Toolkits() =>
        Directory.Exists("/usr/local")
            ? Directory.GetDirectories("/usr/local", "cuda-*").OrderByDescending(VersionOf)
            : [];

    private static double VersionOf(string folder) =>
        double.TryParse(
            folder.AsSpan(folder.LastIndexOf('-') + 1),
            NumberStyles.Float,
            CultureInfo.InvariantCulture,
            out double version
        )
            ? version
            : 0;
}

using System.Globalization;
using System.Text.Json.Nodes;
using Robustness.Backends.Cuda;
using Robustness.Compute;
using Robustness.Emulator;
using Robustness.Interop;
using Robustness.Numerics;

namespace Robustness.Cli;

/// <summary>
/// The CUDA part of <c>doctor</c>: driver, devices, compiler, libraries, what is missing and what
/// that means, and whether the emulator computes.
/// </summary>
internal static class DoctorCuda
{
    private const string FailedWord = "FAILED";

    public static JsonObject Find()
    {
        var found = new JsonObject();
        FindDriver(found);
        NvrtcCompiler? compiler = NvrtcCompiler.TryLoad(out string reason);
        found["nvrtc"] = compiler is null
            ? $"missing: {reason} Until then the kernels come from the bundle "
                + $"({KernelBundle.Architecture}), and .cu files cannot be run."
            : $"{compiler.Version}, {compiler.Path}";
        found["kernel_bundle"] = KernelBundle.Embedded().IsOf(KernelSources.Embedded())
            ? $"{KernelBundle.Architecture}, made from these sources"
            : "stale: remake it with kernels compile --bundle";
        found["cublaslt"] = CublasLt.IsInstalled(out string library)
            ? $"{CublasLt.Version}, {library}"
            : "missing: our products cannot be compared with it; nothing else needs it";
        FindManagement(found);
        found["emulator"] = SelfTest();
        return found;
    }

    /// <summary>Whether the emulator computed something wrong.</summary>
    public static bool HasFailed(JsonObject found) =>
        ((string)found["emulator"]!).StartsWith(FailedWord, StringComparison.Ordinal);

    private static void FindDriver(JsonObject found)
    {
        try
        {
            using var driver = CudaDriver.Load();
            found["cuda_driver"] = string.Create(
                CultureInfo.InvariantCulture,
                $"CUDA {driver.DriverVersion / 1000}.{driver.DriverVersion % 1000 / 10}"
            );
            int count = CudaDevice.Count(driver);
            found["cuda_devices"] = new JsonArray([
                .. Enumerable
                    .Range(0, count)
                    .Select(i => (JsonNode)Describe(new CudaDevice(driver, i))),
            ]);
        }
        catch (Exception error) when (error is NativeLibraryException or CudaException)
        {
            found["cuda_driver"] =
                $"missing: {error.Message} Kernels run in the emulator, studies on the CPU.";
        }
    }

    private static string Describe(CudaDevice device)
    {
        int capability = device.ComputeCapability;
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"{device.Name}, compute capability {capability / 10}.{capability % 10}, "
                + $"{device.GetAttribute(CUDeviceAttribute.MultiprocessorCount)} multiprocessors, "
                + $"{device.TotalMemory >> 20} MiB"
        );
        return capability < 80 ? text + "; too old: the kernels need 8.0" : text;
    }

    private static void FindManagement(JsonObject found)
    {
        using Nvml? management = Nvml.TryLoad(out string reason);
        if (management is null)
        {
            found["nvml"] = $"missing: {reason} Clocks and power are not shown.";
            return;
        }
        found["nvml"] = $"driver {management.DriverVersion}";
        found["nvml_devices"] = new JsonArray([
            .. management
                .Devices()
                .Select(device =>
                    (JsonNode)
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{device.Name}, {device.FreeMemoryBytes >> 20} of "
                                + $"{device.MemoryBytes >> 20} MiB free, SM {device.SmMegahertz} "
                                + $"MHz, memory {device.MemoryMegahertz} MHz, {device.Watts:F0} W"
                        )
                ),
        ]);
    }

    /// <summary>Random words from the bundle's kernel in the emulator against the host's.</summary>
    private static string SelfTest()
    {
        const int Count = 64;
        var key = StreamKey.Create(0, "doctor", "");
        using var driver = new EmulatedCudaDriver();
        using var backend = new CudaBackend(driver, _ => KernelPtx.FromBundle("self-test"));
        using var arena = new Arena(backend);
        var words = arena.Allocate(new Shape(Count), DataType.Int32);
        backend.PhiloxWords(words, key, 0, 0);
        int[] drawn = new int[Count];
        backend.Download<int>(drawn, words);
        var stream = new Philox(key, 0, 0);
        bool equal = drawn.All(word => word == (int)stream.NextUInt32());
        return equal && driver.Reports[^1].Faults.Count == 0
            ? "ok: a kernel ran with all checks and gave the host's words"
            : FailedWord + ": a kernel of the bundle does not give the host's words";
    }
}

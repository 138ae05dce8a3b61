using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NUnit.Framework;
using Robustness.Interop;

namespace Robustness.Tests.Interop;

/// <summary>
/// Enumerations and struct layouts are those of the published headers (CUDA 11.8). The file beside
/// this one holds what a C compiler makes of them: our name, the value, the header's name.
/// </summary>
[TestFixture]
public sealed class PublishedValuesTests
{
    private static readonly Type[] s_enums =
    [
        typeof(CUResult),
        typeof(CUDeviceAttribute),
        typeof(CUFunctionAttribute),
        typeof(CUStreamFlags),
        typeof(CUEventFlags),
        typeof(CUStreamCaptureMode),
        typeof(CUJitOption),
        typeof(NvrtcResult),
        typeof(NvmlReturn),
        typeof(NvmlClockType),
        typeof(CublasStatus),
        typeof(CudaDataType),
        typeof(CublasComputeType),
        typeof(CublasLtEpilogue),
        typeof(CublasLtMatmulAttribute),
        typeof(CublasLtPreferenceAttribute),
    ];

    [Test]
    public void EveryMemberHasTheHeadersValue()
    {
        var ours = s_enums.SelectMany(type =>
            Enum.GetNames(type)
                .Select(name =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{type.Name}.{name} {Convert.ToInt64(Enum.Parse(type, name), null)}"
                    )
                )
        );
        string path = Path.Combine(
            Repository.Root,
            "tests/Host.Tests/Interop/published-values.txt"
        );
        var published = File.ReadLines(path).Select(line => line[..line.LastIndexOf(' ')]);
        Assert.That(
            ours.Order(StringComparer.Ordinal),
            Is.EqualTo(published.Order(StringComparer.Ordinal))
        );
    }

    [Test]
    public void StructsLieAsInTheHeaders()
    {
        Assert.That(Unsafe.SizeOf<CUdeviceptr>(), Is.EqualTo(8));
        Assert.That(Unsafe.SizeOf<CUdevice>(), Is.EqualTo(4));
        Assert.That(Unsafe.SizeOf<CUstream>(), Is.EqualTo(8));
        Assert.That(Unsafe.SizeOf<CublasLtAlgorithm>(), Is.EqualTo(64));
        Assert.That(Unsafe.SizeOf<CublasLtHeuristic>(), Is.EqualTo(96));
        Assert.That(
            Offset<CublasLtHeuristic>(nameof(CublasLtHeuristic.WorkspaceBytes)),
            Is.EqualTo(64)
        );
        Assert.That(Offset<CublasLtHeuristic>(nameof(CublasLtHeuristic.Status)), Is.EqualTo(72));
        Assert.That(
            Offset<CublasLtHeuristic>(nameof(CublasLtHeuristic.WavesCount)),
            Is.EqualTo(76)
        );
        Assert.That(Unsafe.SizeOf<NvmlMemory>(), Is.EqualTo(24));
        Assert.That(Offset<NvmlMemory>(nameof(NvmlMemory.Free)), Is.EqualTo(8));
        Assert.That(Offset<NvmlMemory>(nameof(NvmlMemory.Used)), Is.EqualTo(16));
    }

    [Test]
    public void ALibraryThatIsAbsentIsNamedWithWhatWasTried()
    {
        var error = new NativeLibraryException("NVRTC", "libnvrtc.so.12", "Install it.");
        Assert.That(
            error.Message,
            Is.EqualTo("NVRTC cannot be loaded (tried libnvrtc.so.12). Install it.")
        );
    }

    private static int Offset<T>(string field) => (int)Marshal.OffsetOf<T>(field);
}

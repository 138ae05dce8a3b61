using System.Globalization;
using Robustness.Interop;

namespace Robustness.Backends.Cuda;

/// <summary>The PTX of the engine's kernels and where it comes from.</summary>
/// <param name="Text">PTX.</param>
/// <param name="Origin">In words, for people.</param>
public sealed record KernelPtx(string Text, string Origin)
{
    /// <summary>
    /// For a device: compiled by NVRTC and kept in the cache; without NVRTC, or when the device
    /// is newer than it, the bundle.
    /// </summary>
    /// <param name="computeCapability">10 times major plus minor, from 80.</param>
    /// <param name="cache">Where compiled kernels are kept.</param>
    /// <exception cref="NotSupportedException">The device is older than the bundle.</exception>
    public static KernelPtx Load(int computeCapability, KernelCache cache)
    {
        ArgumentNullException.ThrowIfNull(cache);
        if (computeCapability < 80)
        {
            throw new NotSupportedException(
                $"The device has compute capability {computeCapability / 10}."
                    + $"{computeCapability % 10}; the kernels need 8.0 or later."
            );
        }
        NvrtcCompiler? compiler = NvrtcCompiler.TryLoad(out string reason);
        if (compiler is null)
        {
            return FromBundle(reason);
        }
        int newest = compiler.Architectures().Where(a => a <= computeCapability).Max();
        string architecture = string.Create(CultureInfo.InvariantCulture, $"compute_{newest}");
        var compilation = new KernelCompilation(KernelSources.Embedded(), compiler);
        string text = cache.GetOrMake(
            compilation.CacheKey(architecture),
            () => compilation.CompilePtx(architecture)
        );
        return new KernelPtx(text, $"NVRTC {compiler.Version}, {architecture}");
    }

    /// <summary>The bundle; the reason says why it stands in.</summary>
    public static KernelPtx FromBundle(string reason) =>
        new(KernelBundle.Embedded().Ptx, $"the bundle for {KernelBundle.Architecture} ({reason})");
}

namespace Robustness.Emulator;

/// <summary>What a launch must give a kernel, read from the kernel's head in PTX.</summary>
/// <param name="Kernel">Name of the entry.</param>
/// <param name="ParameterBytes">Size of each parameter.</param>
/// <param name="MaxThreads">Most threads of a block.</param>
public sealed record PtxSignature(string Kernel, IReadOnlyList<int> ParameterBytes, int MaxThreads)
{
    /// <summary>The kernels of a module, by name.</summary>
    /// <exception cref="PtxException">The text is not PTX.</exception>
    public static IReadOnlyDictionary<string, PtxSignature> ReadAll(string ptx) =>
        PtxParser
            .Parse(ptx)
            .Functions.Values.Where(function => function is { IsEntry: true, HasBody: true })
            .Select(function => new PtxSignature(
                function.Name,
                [.. function.Parameters.Select(parameter => (int)parameter.Bytes)],
                function.MaxThreads
            ))
            .ToDictionary(signature => signature.Kernel, StringComparer.Ordinal);
}

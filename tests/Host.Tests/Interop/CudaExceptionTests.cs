using NUnit.Framework;
using Robustness.Interop;

namespace Robustness.Tests.Interop;

/// <summary>Errors of the driver name the call, the header's result and what to do.</summary>
[TestFixture]
public sealed class CudaExceptionTests
{
    private static readonly CUResult[] s_results =
    [
        .. Enum.GetValues<CUResult>().Where(result => result != CUResult.Success),
    ];

    [TestCaseSource(nameof(s_results))]
    public void EveryResultHasARemedyOfItsOwnWords(CUResult result)
    {
        string message = new CudaException(result, "cuCall", "a detail").Message;
        Assert.That(
            message,
            Does.Match(@$"^cuCall failed with CUDA_ERROR_[A-Z_]+ \({(int)result}\): a detail\. \S")
        );
        Assert.That(result.Remedy(), Does.EndWith(".").And.Not.Contains("cuda.h"));
    }

    [Test]
    public void NamesAreTheHeaders()
    {
        string path = Path.Combine(
            Repository.Root,
            "tests/Host.Tests/Interop/published-values.txt"
        );
        var published = File.ReadLines(path)
            .Where(line => line.StartsWith("CUResult.", StringComparison.Ordinal))
            .Select(line => line[(line.LastIndexOf(' ') + 1)..]);
        var ours = Enum.GetValues<CUResult>().Select(result => result.ApiName());
        Assert.That(ours, Is.EquivalentTo(published));
    }

    [Test]
    public void AResultThatNobodyKnowsIsGivenByItsNumber() =>
        Assert.That(
            new CudaException((CUResult)12345, "cuCall").Message,
            Is.EqualTo("cuCall failed with an unknown result (12345): Look the name up in cuda.h.")
        );

    [Test]
    public void AnotherPunctuationIsKept() =>
        Assert.That(
            new CudaException(CUResult.NotReady, "cuCall", "it said: no!\n").Message,
            Does.EndWith("it said: no! Wait for the stream or event.")
        );
}

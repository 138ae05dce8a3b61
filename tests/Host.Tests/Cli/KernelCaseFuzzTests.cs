using System.Text;
using NUnit.Framework;
using Robustness.Cli.Kernels;
using Robustness.Results;

namespace Robustness.Tests.Cli;

/// <summary>Whatever a case file holds, it is read or refused by our own error.</summary>
[TestFixture]
public sealed class KernelCaseFuzzTests
{
    private const string Case = """
        {"source":"s.cu","arch":"compute_80","options":["-DW=4"],"include":["."],
        "buffers":{"x":{"type":"f32","count":4,"init":{"uniform":[-1,1],"seed":3}},
        "y":{"type":"u8","init":{"bytes":"00ff"},"output":true},"z":{"type":"i64","count":9}},
        "constants":{"t":{"type":"u32","init":{"values":[1,"0x2"]}}},
        "launches":[{"kernel":"k","grid":[8,1,1],"block":[128],"shared":64,"arguments":
        [{"buffer":"x","offset":2},{"f32":"nan"},{"null":true},{"bytes":"0011"},{"bool":true}]}],
        "limits":{"instructions_per_thread":100},"fail_on_fault":false}
        """;

    [FsCheck.NUnit.Property(MaxTest = 400)]
    public bool MutatedCasesAreReadOrRefused(int place, byte value, int cut, bool isCut)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.Of("s.cu"), "");
        byte[] bytes = Encoding.UTF8.GetBytes(Case);
        bytes[(place & int.MaxValue) % bytes.Length] = value;
        if (isCut)
        {
            int from = (cut & int.MaxValue) % bytes.Length;
            bytes = [.. bytes[..from], .. bytes[Math.Min(bytes.Length, from + 7)..]];
        }
        File.WriteAllBytes(folder.Of("case.json"), bytes);
        try
        {
            return KernelCaseReader.Read(folder.Of("case.json")).Launches.Count >= 0;
        }
        catch (InputFaultException fault)
        {
            return fault.Faults.All(line => line.Contains("case.json", StringComparison.Ordinal));
        }
    }

    [Test]
    public void TheWholeCaseIsRead()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.Of("s.cu"), "");
        File.WriteAllText(folder.Of("case.json"), Case);
        KernelCase kernelCase = KernelCaseReader.Read(folder.Of("case.json"));
        Assert.That(kernelCase.Buffers.Select(b => b.Count), Is.EqualTo((long[])[4, 2, 9]));
        Assert.That(kernelCase.Launches[0].Arguments[0].Offset, Is.EqualTo(8));
        Assert.That(kernelCase.InstructionsPerThread, Is.EqualTo(100));
        Assert.That(kernelCase.FailOnFault, Is.False);
    }
}

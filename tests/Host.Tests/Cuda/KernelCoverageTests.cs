using System.Globalization;
using NUnit.Framework;
using Robustness.Backends.Cuda;
using Robustness.Emulator;

namespace Robustness.Tests.Cuda;

/// <summary>
/// What the contract tests execute, by the emulator's counters: every line of every kernel that
/// became code, and both sides of every conditional branch and predicated instruction.
/// </summary>
[TestFixture]
public sealed class KernelCoverageTests
{
    private const string BlockSize =
        "the index of a thread is below the block's size, which the compiler does not use";

    // Branches that no input takes both ways.
    private static readonly OneWay[] s_oneWay =
    [
        new("gemm.cuh", "row = threadIdx.x / kTile; row < kTile", BlockSize),
        new("gemm_bf16.cuh", "m = threadIdx.x / kBf16Tile; m < kBf16Tile", BlockSize),
        new(
            "gemm_bf16.cuh",
            "step = -(kBf16Stages - 1); step < steps",
            "the loop begins below zero, and the number of steps is not negative"
        ),
    ];

    private IReadOnlyList<LaunchReport> _reports = [];

    [OneTimeSetUp]
    public void RunTheContractTests() => _reports = ContractLaunches.Run();

    [Test]
    public void EveryKernelRuns()
    {
        var kernels = KernelInventory.Read(KernelSources.Embedded()).Select(entry => entry.Name);
        Assert.That(_reports.Select(report => report.Kernel).Distinct(), Is.EquivalentTo(kernels));
    }

    [Test]
    public void EveryLineOfEveryKernelRuns()
    {
        var executed = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (LaunchReport report in _reports)
        {
            foreach ((string file, SortedDictionary<int, long> lines) in report.Coverage)
            {
                foreach ((int line, long lanes) in lines)
                {
                    string place = $"{report.Kernel}: {file}:{line}";
                    executed[place] = executed.GetValueOrDefault(place) + lanes;
                }
            }
        }
        var never = executed.Where(pair => pair.Value == 0).Select(pair => pair.Key);
        Assert.That(executed, Has.Count.GreaterThan(200));
        Assert.That(string.Join('\n', never), Is.Empty);
    }

    [Test]
    public void EveryGuardGoesBothWays()
    {
        var sides = new SortedDictionary<(string Kernel, int PtxLine), GuardCount>();
        foreach (LaunchReport report in _reports)
        {
            foreach (GuardCount guard in report.Guards)
            {
                var at = (report.Kernel, guard.PtxLine);
                GuardCount sum = sides.GetValueOrDefault(at, guard with { True = 0, False = 0 });
                sides[at] = sum with
                {
                    True = sum.True + guard.True,
                    False = sum.False + guard.False,
                };
            }
        }
        Assert.That(sides, Has.Count.GreaterThan(200));
        var oneSided = sides
            .Where(pair => pair.Value.True == 0 || pair.Value.False == 0)
            .ToLookup(pair => s_oneWay.FirstOrDefault(one => one.Explains(pair.Value)));
        var unexplained = oneSided[null].Select(pair => $"{pair.Key.Kernel}: {Text(pair.Value)}");
        Assert.That(string.Join('\n', unexplained), Is.Empty);
        // A reason that explains nothing any more goes away.
        Assert.That(oneSided.Select(group => group.Key), Is.EquivalentTo(s_oneWay));
    }

    private static string Text(GuardCount guard) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"PTX line {guard.PtxLine}, {guard.Source}:{guard.Line}, true {guard.True}, "
        )
        + string.Create(CultureInfo.InvariantCulture, $"false {guard.False}: {SourceLine(guard)}");

    private static string SourceLine(GuardCount guard) =>
        guard.Source is null
            ? ""
            : KernelSources.Embedded().Files[guard.Source].Split('\n')[guard.Line - 1].Trim();

    /// <summary>A branch that only goes one way, by a piece of its source line.</summary>
    private sealed record OneWay(string File, string Code, string Reason)
    {
        public bool Explains(GuardCount guard) =>
            guard.Source == File
            && guard.True == 0
            && SourceLine(guard).Contains(Code, StringComparison.Ordinal);
    }
}

using System.Globalization;
using System.Text.Json.Nodes;
using Robustness.Emulator;
using Robustness.Interop;

namespace Robustness.Cli.Kernels;

/// <summary>The <c>report.json</c> of a case.</summary>
internal static class CaseReport
{
    public static JsonObject Create(
        string backend,
        IReadOnlyList<string> checks,
        IReadOnlyList<CaseLaunchResult> results
    ) =>
        new()
        {
            ["backend"] = backend,
            ["checks"] = new JsonArray([.. checks.Select(name => (JsonNode)name)]),
            ["launches"] = new JsonArray([.. results.Select(Launch)]),
        };

    /// <summary>One line for people.</summary>
    public static string Describe(Fault fault)
    {
        FaultSite site = fault.Site;
        string source = site.Source is null
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $", {site.Source}:{site.Line}");
        return string.Create(
                CultureInfo.InvariantCulture,
                $"{KindName(fault.Kind)}: block {site.Block}, thread {site.Thread}, "
            )
            + string.Create(CultureInfo.InvariantCulture, $"PTX line {site.PtxLine}{source}: ")
            + fault.Message;
    }

    private static JsonNode Launch(CaseLaunchResult result)
    {
        var node = new JsonObject
        {
            ["kernel"] = result.Launch.Kernel,
            ["grid"] = Extents(result.Launch.Grid),
            ["block"] = Extents(result.Launch.Block),
            ["seconds"] = result.Seconds,
            ["faults"] = new JsonArray([.. (result.Report?.Faults ?? []).Select(Fault)]),
        };
        if (result.Report is not LaunchReport report)
        {
            return node;
        }
        if (report.More > 0)
        {
            node["more"] = report.More;
        }
        node["counters"] = CaseCounters.Create(report.Counters);
        if (report.Coverage.Count > 0)
        {
            node["coverage"] = Coverage(report);
        }
        return node;
    }

    private static JsonNode Fault(Fault fault)
    {
        var node = new JsonObject { ["kind"] = KindName(fault.Kind) };
        bool accesses = fault.Access != FaultAccess.None;
        node["access"] = accesses ? fault.Access.ToString().ToLowerInvariant() : null;
        node["space"] = fault.Space?.ToString().ToLowerInvariant();
        node["bytes"] = accesses ? fault.Bytes : null;
        AddSite(node, fault.Site);
        node["buffer"] = fault.Buffer;
        node["distance"] = fault.Distance;
        node["other"] = fault.Other is null ? null : AddSite([], fault.Other);
        node["message"] = fault.Message;
        return node;
    }

    private static JsonObject AddSite(JsonObject node, FaultSite site)
    {
        node["block"] = Extents(site.Block);
        node["thread"] = Extents(site.Thread);
        node["ptx_line"] = site.PtxLine;
        node["source"] = site.Source;
        node["line"] = site.Source is null ? null : site.Line;
        return node;
    }

    private static JsonObject Coverage(LaunchReport report)
    {
        var files = new JsonObject();
        foreach ((string file, SortedDictionary<int, long> lines) in report.Coverage)
        {
            var counts = new JsonObject();
            foreach ((int line, long lanes) in lines)
            {
                counts[line.ToString(CultureInfo.InvariantCulture)] = lanes;
            }
            files[file] = counts;
        }
        return files;
    }

    private static JsonArray Extents(Dim3 extents) => [extents.X, extents.Y, extents.Z];

    private static string KindName(FaultKind kind) =>
        kind switch
        {
            FaultKind.OutOfBounds => "out-of-bounds",
            FaultKind.UseAfterFree => "use-after-free",
            _ => kind.ToString().ToLowerInvariant(),
        };
}

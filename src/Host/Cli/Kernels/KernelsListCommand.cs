using System.CommandLine;
using System.Text.Json.Nodes;
using Robustness.Backends.Cuda;
using Robustness.Compute;
using Robustness.Results;

namespace Robustness.Cli.Kernels;

/// <summary><c>kernels list</c>: the inventory, one line a kernel.</summary>
internal static class KernelsListCommand
{
    public static Command Create(Terminal terminal)
    {
        var json = CommonOptions.Json("the inventory");
        var command = new Command(
            "list",
            "Lists the kernels: operation, file, bytes and FLOPs.\n\n"
                + "Example:\n  robustness kernels list"
        )
        {
            json,
        };
        command.SetAction(parsed =>
        {
            var entries = KernelInventory.Read(KernelSources.Embedded());
            if (parsed.GetValue(json))
            {
                JsonArray list = [.. entries.Select(Describe)];
                terminal.Output.WriteLine(list.ToJsonString(JsonText.Indented));
                return 0;
            }
            foreach (KernelEntry entry in entries)
            {
                terminal.Say($"{entry.Name, -32} {Operation(entry.Name), -20} {entry.File}");
                terminal.Say($"    bytes {entry.Bytes}");
                terminal.Say($"    flops {entry.Flops}");
            }
            return 0;
        });
        return command;
    }

    /// <summary>
    /// The operation of the backend whose name begins the kernel's, the longest one; empty for
    /// a step that several operations share.
    /// </summary>
    public static string Operation(string kernel)
    {
        string name = string.Concat(
            kernel.Split('_').Select(part => char.ToUpperInvariant(part[0]) + part[1..])
        );
        return typeof(IBackend)
                .GetInterfaces()
                .Append(typeof(IBackend))
                .SelectMany(type => type.GetMethods())
                .Select(method => method.Name)
                .Where(method => name.StartsWith(method, StringComparison.Ordinal))
                .MaxBy(method => method.Length)
            ?? "";
    }

    private static JsonNode Describe(KernelEntry entry) =>
        new JsonObject
        {
            ["name"] = entry.Name,
            ["operation"] = Operation(entry.Name) is { Length: > 0 } operation ? operation : null,
            ["file"] = "src/Kernels/" + entry.File,
            ["launch"] = entry.Description,
            ["bytes"] = entry.Bytes,
            ["flops"] = entry.Flops,
        };
}

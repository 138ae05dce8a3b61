using System.Numerics;
using System.Text;

namespace Robustness.Emulator;

/// <summary>printf and failed asserts.</summary>
internal sealed unsafe partial class BlockRunner
{
    private const int LongestText = 4096;
    private const int MostOutput = 16 << 20;
    private readonly StringBuilder output = new();

    public string Output => output.ToString();

    /// <summary>vprintf(format, arguments): both are generic addresses.</summary>
    private void Print(Warp warp, Split split, CallSite site)
    {
        for (uint rest = split.Mask; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            ulong format = Argument(warp, split.Frame, site, 0, lane);
            ulong arguments = Argument(warp, split.Frame, site, 1, lane);
            string text = ReadText(warp, lane, format) ?? "";
            long printed = -1;
            if (output.Length < MostOutput)
            {
                var printer = new DevicePrinter(
                    (offset, bytes) => ReadNumber(warp, lane, arguments + offset, bytes),
                    address => ReadText(warp, lane, address)
                );
                printed = printer.Append(output, text);
            }
            if (site.Returns is [PtxVariable result, ..])
            {
                byte* to = LocalHost(warp, lane, split.Frame.LocalBase + (int)result.Offset);
                *(int*)to = (int)printed;
                local.SetValid((ulong)(to - local.Host), 4);
            }
        }
    }

    /// <summary>__assertfail(message, file, line, function, character size).</summary>
    private void ReportAssert(Warp warp, Split split, CallSite site)
    {
        int lane = BitOperations.TrailingZeroCount(split.Mask);
        string? Text(int index) =>
            index < site.Arguments.Length
                ? ReadText(warp, lane, Argument(warp, split.Frame, site, index, lane))
                : null;
        split.Pc--;
        EndBlock(warp, split, FaultKind.Trap, $"assert failed: {Text(0)} in {Text(3)}");
    }

    private byte* LocalHost(Warp warp, int lane, int offset) =>
        local.Host + ((long)((32 * warp.Index) + lane) * Kernel.LocalBytes) + offset;

    private ulong Argument(Warp warp, Frame frame, CallSite site, int index, int lane)
    {
        if (index >= site.Arguments.Length)
        {
            return 0;
        }
        PtxVariable variable = site.Arguments[index];
        byte* from = LocalHost(warp, lane, frame.LocalBase + (int)variable.Offset);
        return variable.Bytes >= 8 ? *(ulong*)from : *(uint*)from;
    }

    private ulong? ReadNumber(Warp warp, int lane, ulong address, int bytes)
    {
        byte* from = Peek(warp, lane, address, bytes);
        return from is null ? null
            : bytes == 8 ? *(ulong*)from
            : *(uint*)from;
    }

    private string? ReadText(Warp warp, int lane, ulong address)
    {
        var bytes = new List<byte>();
        while (bytes.Count < LongestText)
        {
            byte* from = Peek(warp, lane, address + (ulong)bytes.Count, 1);
            if (from is null)
            {
                return null;
            }
            if (*from == 0)
            {
                break;
            }
            bytes.Add(*from);
        }
        return Encoding.UTF8.GetString([.. bytes]);
    }

    /// <summary>Host address of bytes at a generic address, or null.</summary>
    private byte* Peek(Warp warp, int lane, ulong address, int bytes)
    {
        var op = new Op { Space = PtxSpace.Generic };
        (MemoryRegion? region, ulong offset, _) = Resolve(warp, &op, lane, address, bytes);
        return region is null ? null : region.Host + offset;
    }
}

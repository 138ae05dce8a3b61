using System.Globalization;
using Robustness.Emulator;

namespace Robustness.Tests;

/// <summary>What holds for any text, number or layout.</summary>
internal sealed class ParserPropertyTests
{
    [FsCheck.NUnit.Property(MaxTest = 300)]
    public bool AnyTextIsParsedOrRefused(string? text, bool headed)
    {
        string whole = (headed ? ".version 7.8\n.target sm_80\n" : "") + text;
        try
        {
            _ = PtxParser.Parse(whole);
            return true;
        }
        catch (PtxException error)
        {
            return error.Line >= 1 && error.Line <= whole.Count(c => c == '\n') + 1;
        }
    }

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public bool EveryWayToWriteANumberGivesItsBits(ulong value)
    {
        string[] forms =
        [
            value.ToString(CultureInfo.InvariantCulture),
            $"0x{value:X}",
            $"0b{value:B}U",
            $"0{Octal(value)}",
            $"0d{value:x16}",
        ];
        return forms.All(text => new PtxCursor(PtxLexer.Tokens(text)).Number().Bits == value);
    }

    private static string Octal(ulong value) =>
        value == 0 ? "" : Octal(value >> 3) + (char)('0' + (value & 7));

    [FsCheck.NUnit.Property(MaxTest = 100)]
    public bool ErrorsMoveWithTheirLine(byte lines)
    {
        string text = PtxBench.Wrap(new string('\n', lines) + "mov.u32 %r1, %nothing;");
        try
        {
            _ = PtxParser.Parse(text);
            return false;
        }
        catch (PtxException error)
        {
            return error.Line == 17 + lines && error.Token == "%nothing";
        }
    }

    [FsCheck.NUnit.Property(MaxTest = 200)]
    public bool RegistersThatLiveTogetherHaveTheirOwnSlots((byte, byte)[] spans)
    {
        List<PtxRegister> registers =
        [
            .. spans.Select(
                (_, id) => new PtxRegister(id, $"%{id}", (PtxType)(id % 3 == 0 ? 0 : 10 + id % 8))
            ),
        ];
        (int First, int Last)[] lives =
        [
            .. spans.Select(span => (span.Item1, span.Item1 + span.Item2)),
        ];
        SlotPlan plan = SlotPlan.Shared(registers, lives);
        for (int a = 0; a < lives.Length; a++)
        {
            for (int b = 0; b < a; b++)
            {
                bool together = lives[a].First <= lives[b].Last && lives[b].First <= lives[a].Last;
                if (together && plan.Offsets[a] == plan.Offsets[b])
                {
                    return false;
                }
            }
        }
        return plan.Offsets.All(offset => offset >= 0 && offset < Math.Max(plan.Bytes, 1));
    }

    [FsCheck.NUnit.Property(MaxTest = 200)]
    public unsafe bool ClosedFormsCountAsTheSlowRule(ushort start, byte size, bool run)
    {
        ulong* offsets = stackalloc ulong[32];
        int bytes = 4 << (size % 3);
        for (int lane = 0; lane < 32; lane++)
        {
            offsets[lane] = (ulong)((start * bytes) + (run ? lane * bytes : 0));
        }
        var quick = new WarpAccess
        {
            Mask = uint.MaxValue,
            Bytes = bytes,
            Offsets = offsets,
            Pattern = run ? AccessPattern.Run : AccessPattern.One,
        };
        WarpAccess slow = quick with { Pattern = AccessPattern.Any };
        return SectorCount.Distinct(quick) == SectorCount.Distinct(slow)
            && SectorCount.Conflicts(quick) == SectorCount.Conflicts(slow);
    }
}

using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Robustness.Numerics;

namespace Robustness.Cli.Kernels;

/// <summary>An element type of a case: its name, its size, and how values become bytes.</summary>
internal sealed record ElementType(string Name, int Bytes, bool IsFloat, bool IsSigned)
{
    public static IReadOnlyList<ElementType> All { get; } =
    [
        new("u8", 1, false, false),
        new("i8", 1, false, true),
        new("u16", 2, false, false),
        new("i16", 2, false, true),
        new("f16", 2, true, true),
        new("bf16", 2, true, true),
        new("u32", 4, false, false),
        new("i32", 4, false, true),
        new("f32", 4, true, true),
        new("u64", 8, false, false),
        new("i64", 8, false, true),
        new("f64", 8, true, true),
    ];

    public static string Names { get; } = string.Join(", ", All.Select(type => type.Name));

    private int Bits => 8 * Bytes;

    private Int128 Least => IsSigned ? -(Int128.One << (Bits - 1)) : 0;

    private Int128 Most => (Int128.One << (IsSigned ? Bits - 1 : Bits)) - 1;

    /// <summary>What a value may be, in words.</summary>
    public string Allowed =>
        IsFloat
            ? $"a number in the range of {Name}, \"nan\", \"inf\", \"-inf\", or \"0x...\" bits"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"a whole number from {Least} to {Most}, or \"0x...\" with its bits"
            );

    public static ElementType? Find(string name) => All.FirstOrDefault(type => type.Name == name);

    /// <summary>Writes a JSON value; false when the type cannot hold it.</summary>
    public bool TryWrite(JsonElement value, Span<byte> target) =>
        value.ValueKind switch
        {
            JsonValueKind.Number => TryWriteNumber(value, target),
            JsonValueKind.String => TryWriteText(value.GetString()!, target),
            _ => false,
        };

    /// <summary>Writes a whole number; false outside the type's range.</summary>
    public bool TryWriteInteger(Int128 value, Span<byte> target)
    {
        if (IsFloat)
        {
            return TryWriteReal((double)value, target);
        }
        if (value < Least || value > Most)
        {
            return false;
        }
        WriteBits((ulong)(value & ulong.MaxValue), target);
        return true;
    }

    /// <summary>Writes the nearest value; false when a finite one is outside the range.</summary>
    public bool TryWriteReal(double value, Span<byte> target)
    {
        double kept;
        switch (Name)
        {
            case "f64":
                kept = value;
                MemoryMarshal.Write(target, value);
                break;
            case "f32":
                kept = (float)value;
                MemoryMarshal.Write(target, (float)value);
                break;
            case "f16":
                kept = (double)(Half)value;
                MemoryMarshal.Write(target, (Half)value);
                break;
            default:
                var rounded = BFloat16.FromDouble(value);
                kept = rounded.ToSingle();
                MemoryMarshal.Write(target, rounded.Bits);
                break;
        }
        return double.IsFinite(kept) || !double.IsFinite(value);
    }

    private bool TryWriteNumber(JsonElement value, Span<byte> target)
    {
        double real = value.GetDouble();
        if (IsFloat)
        {
            return double.IsFinite(real) && TryWriteReal(real, target);
        }
        bool whole = Int128.TryParse(
            value.GetRawText(),
            NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture,
            out Int128 exact
        );
        if (!whole)
        {
            whole = double.IsInteger(real) && Math.Abs(real) < 1e20;
            exact = whole ? (Int128)real : 0;
        }
        return whole && TryWriteInteger(exact, target);
    }

    private bool TryWriteText(string text, Span<byte> target)
    {
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            bool known = UInt128.TryParse(
                text.AsSpan(2),
                NumberStyles.AllowHexSpecifier,
                CultureInfo.InvariantCulture,
                out UInt128 bits
            );
            if (!known || bits >> Bits != 0)
            {
                return false;
            }
            WriteBits((ulong)bits, target);
            return true;
        }
        double? special = text switch
        {
            // .NET's own NaN has its sign set.
            "nan" => BitConverter.UInt64BitsToDouble(0x7FF8_0000_0000_0000),
            "inf" => double.PositiveInfinity,
            "-inf" => double.NegativeInfinity,
            _ => null,
        };
        return IsFloat && special is double value && TryWriteReal(value, target);
    }

    private void WriteBits(ulong bits, Span<byte> target)
    {
        for (int i = 0; i < Bytes; i++)
        {
            target[i] = (byte)(bits >> (8 * i));
        }
    }
}

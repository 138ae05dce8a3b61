using System.Globalization;
using System.Text;

namespace Robustness.Emulator;

/// <summary>
/// Formats as C's printf does over packed arguments: 32-bit numbers at multiples of 4 bytes, 64-bit
/// numbers, doubles and pointers at multiples of 8.
/// </summary>
internal sealed class DevicePrinter(Func<ulong, int, ulong?> number, Func<ulong, string?> text)
{
    private ulong offset;

    /// <summary>Number of arguments that were printed, -1 when the format is malformed.</summary>
    public int Append(StringBuilder output, string format)
    {
        int count = 0;
        int at = 0;
        while (at < format.Length)
        {
            if (format[at] != '%')
            {
                output.Append(format[at++]);
                continue;
            }
            at++;
            if (at < format.Length && format[at] == '%')
            {
                output.Append(format[at++]);
                continue;
            }
            if (!TryConvert(output, format, ref at))
            {
                return -1;
            }
            count++;
        }
        return count;
    }

    private bool TryConvert(StringBuilder output, string format, ref int at)
    {
        int start = at;
        while (at < format.Length && "-+ #0".Contains(format[at], StringComparison.Ordinal))
        {
            at++;
        }
        string flags = format[start..at];
        int width = Size(format, ref at) ?? 0;
        if (width < 0)
        {
            (flags, width) = (flags + "-", -width);
        }
        int precision = -1;
        if (at < format.Length && format[at] == '.')
        {
            at++;
            precision = Size(format, ref at) ?? 0;
        }
        bool large = false;
        while (at < format.Length && "hlLzjtI".Contains(format[at], StringComparison.Ordinal))
        {
            large |= format[at++] != 'h';
        }
        if (at >= format.Length)
        {
            return false;
        }
        string? value = Text(format[at++], flags, precision, large);
        if (value is null)
        {
            return false;
        }
        output.Append(Pad(value, flags, width));
        return true;
    }

    private int? Size(string format, ref int at)
    {
        if (at < format.Length && format[at] == '*')
        {
            at++;
            return Math.Clamp((int)Next(4), -1024, 1024);
        }
        int start = at;
        while (at < format.Length && char.IsAsciiDigit(format[at]))
        {
            at++;
        }
        bool parsed = int.TryParse(format.AsSpan(start, at - start), out int size);
        return parsed ? Math.Min(size, 1024) : null;
    }

    private ulong Next(int bytes)
    {
        offset = (offset + (ulong)bytes - 1) & ~((ulong)bytes - 1);
        ulong value = number(offset, bytes) ?? 0;
        offset += (ulong)bytes;
        return value;
    }

    private string? Text(char kind, string flags, int precision, bool large)
    {
        switch (kind)
        {
            case 'd' or 'i':
                long signed = large ? (long)Next(8) : (int)Next(4);
                string digits = signed.ToString(CultureInfo.InvariantCulture).TrimStart('-');
                return Sign(signed < 0, flags) + digits.PadLeft(Math.Max(precision, 0), '0');
            case 'u' or 'x' or 'X' or 'o':
                ulong value = large ? Next(8) : Next(4);
                string prefix =
                    !flags.Contains('#', StringComparison.Ordinal) || value == 0 || kind == 'u' ? ""
                    : kind == 'o' ? "0"
                    : $"0{kind}";
                return prefix + Digits(value, kind).PadLeft(Math.Max(precision, 0), '0');
            case 'c':
                return ((char)(byte)Next(4)).ToString();
            case 'p':
                return $"0x{Next(8):x}";
            case 's':
                string whole = text(Next(8)) ?? "(null)";
                return precision >= 0 && precision < whole.Length ? whole[..precision] : whole;
            case 'f' or 'F' or 'e' or 'E' or 'g' or 'G' or 'a' or 'A':
                double real = BitConverter.UInt64BitsToDouble(Next(8));
                string sign = Sign(double.IsNegative(real), flags);
                return sign + FloatText.Of(Math.Abs(real), kind, precision);
            default:
                return null;
        }
    }

    private static string Digits(ulong value, char kind) =>
        kind switch
        {
            'u' => value.ToString(CultureInfo.InvariantCulture),
            'x' => value.ToString("x", CultureInfo.InvariantCulture),
            'X' => value.ToString("X", CultureInfo.InvariantCulture),
            _ => Convert.ToString((long)value, 8),
        };

    private static string Sign(bool negative, string flags) =>
        negative ? "-"
        : flags.Contains('+', StringComparison.Ordinal) ? "+"
        : flags.Contains(' ', StringComparison.Ordinal) ? " "
        : "";

    private static string Pad(string value, string flags, int width)
    {
        if (flags.Contains('-', StringComparison.Ordinal))
        {
            return value.PadRight(width);
        }
        bool zeros = flags.Contains('0', StringComparison.Ordinal) && value.Length < width;
        int sign = value.Length > 0 && "+- ".Contains(value[0], StringComparison.Ordinal) ? 1 : 0;
        return zeros
            ? value[..sign] + value[sign..].PadLeft(width - sign, '0')
            : value.PadLeft(width);
    }
}

/// <summary>A number without sign as C prints it.</summary>
internal static class FloatText
{
    public static string Of(double value, char kind, int precision)
    {
        bool upper = char.IsUpper(kind);
        if (!double.IsFinite(value))
        {
            string name = double.IsNaN(value) ? "nan" : "inf";
            return upper ? name.ToUpperInvariant() : name;
        }
        int digits = precision < 0 ? 6 : precision;
        string text = char.ToLowerInvariant(kind) switch
        {
            'f' => value.ToString($"F{digits}", CultureInfo.InvariantCulture),
            'e' => Scientific(value, digits),
            _ => Shortest(value, Math.Max(digits, 1)),
        };
        return upper ? text.ToUpperInvariant() : text;
    }

    private static string Scientific(double value, int digits)
    {
        string format = digits == 0 ? "0e+00" : $"0.{new string('0', digits)}e+00";
        return value.ToString(format, CultureInfo.InvariantCulture);
    }

    private static string Shortest(double value, int digits)
    {
        string scientific = Scientific(value, digits - 1);
        int mark = scientific.IndexOf('e', StringComparison.Ordinal);
        int exponent = int.Parse(scientific.AsSpan(mark + 1), CultureInfo.InvariantCulture);
        if (exponent >= -4 && exponent < digits)
        {
            int places = digits - 1 - exponent;
            return Trim(value.ToString($"F{places}", CultureInfo.InvariantCulture));
        }
        return Trim(scientific[..mark]) + scientific[mark..];
    }

    private static string Trim(string text) =>
        text.Contains('.', StringComparison.Ordinal) ? text.TrimEnd('0').TrimEnd('.') : text;
}

using System.Globalization;

namespace Robustness.Emulator;

/// <summary>
/// Position in a token list, with the readings that all parts of the parser share.
/// </summary>
internal sealed class PtxCursor(List<PtxToken> tokens)
{
    private int at;

    public PtxToken Current => tokens[at];

    public PtxToken Peek(int ahead = 1) => tokens[Math.Min(at + ahead, tokens.Count - 1)];

    public PtxToken Take()
    {
        PtxToken token = tokens[at];
        if (token.Kind != PtxTokenKind.End)
        {
            at++;
        }
        return token;
    }

    public bool TryTake(string text)
    {
        if (!Current.Is(text))
        {
            return false;
        }
        at++;
        return true;
    }

    public void Expect(string text)
    {
        if (!TryTake(text))
        {
            throw Fail($"'{text}' expected");
        }
    }

    public string Word(string what)
    {
        if (Current.Kind != PtxTokenKind.Word)
        {
            throw Fail($"{what} expected");
        }
        return Take().Text;
    }

    public PtxException Fail(string reason) => new(Current.Line, Current.Text, reason);

    /// <summary>A signed integer that must lie in a range.</summary>
    public long Integer(long low, long high)
    {
        PtxToken token = Current;
        bool negative = TryTake("-");
        PtxOperand number = Number();
        long value = negative ? -(long)number.Bits : (long)number.Bits;
        if (number.Kind != PtxOperandKind.Integer || value < low || value > high)
        {
            throw new PtxException(
                token.Line,
                token.Text,
                $"an integer from {low} to {high} expected"
            );
        }
        return value;
    }

    /// <summary>A literal without sign.</summary>
    public PtxOperand Number()
    {
        if (Current.Kind != PtxTokenKind.Number)
        {
            throw Fail("a number expected");
        }
        string text = Current.Text;
        char mark = text.Length > 1 && text[0] == '0' ? char.ToLowerInvariant(text[1]) : ' ';
        bool ok;
        ulong bits;
        var kind = PtxOperandKind.Integer;
        if (mark is 'f' or 'd')
        {
            kind = mark == 'f' ? PtxOperandKind.Single : PtxOperandKind.Double;
            ok = ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, null, out bits);
            ok &= text.Length == (mark == 'f' ? 10 : 18);
        }
        else if (mark != 'x' && text.AsSpan().IndexOfAny('.', 'e', 'E') >= 0)
        {
            kind = PtxOperandKind.Double;
            ok = double.TryParse(text, CultureInfo.InvariantCulture, out double value);
            bits = BitConverter.DoubleToUInt64Bits(value);
        }
        else
        {
            ok = TryInteger(text.TrimEnd('U'), mark, out bits);
        }
        if (!ok)
        {
            throw Fail("not a number");
        }
        at++;
        return new PtxOperand(kind) { Bits = bits };
    }

    private static bool TryInteger(string text, char mark, out ulong bits)
    {
        if (mark == 'x')
        {
            return ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, null, out bits);
        }
        if (mark == 'b')
        {
            return ulong.TryParse(
                text.AsSpan(2),
                NumberStyles.AllowBinarySpecifier,
                null,
                out bits
            );
        }
        if (char.IsAsciiDigit(mark))
        {
            return TryOctal(text, out bits);
        }
        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out bits);
    }

    private static bool TryOctal(string text, out ulong bits)
    {
        bits = 0;
        foreach (char c in text)
        {
            if (c is < '0' or > '7')
            {
                return false;
            }
            bits = (bits << 3) | (uint)(c - '0');
        }
        return true;
    }
}

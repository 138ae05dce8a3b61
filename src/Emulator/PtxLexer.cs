namespace Robustness.Emulator;

/// <summary>Cuts PTX text into tokens with line numbers, without comments.</summary>
internal sealed class PtxLexer
{
    private readonly string text;
    private int at;
    private int line = 1;

    private PtxLexer(string text) => this.text = text;

    public static List<PtxToken> Tokens(string text)
    {
        var lexer = new PtxLexer(text);
        var tokens = new List<PtxToken>(text.Length / 4);
        do
        {
            tokens.Add(lexer.Next());
        } while (tokens[^1].Kind != PtxTokenKind.End);
        return tokens;
    }

    private PtxToken Next()
    {
        SkipBlanks();
        if (at >= text.Length)
        {
            return new PtxToken(PtxTokenKind.End, "end of file", line);
        }
        int start = at;
        char c = text[at];
        if (IsWordStart(c))
        {
            at++;
            TakeWord();
            return Token(PtxTokenKind.Word, start);
        }
        if (char.IsAsciiDigit(c))
        {
            TakeNumber();
            return Token(PtxTokenKind.Number, start);
        }
        at++;
        if (c == '"')
        {
            return Quoted(start);
        }
        if (!"{}[]()<>,;:|@!+-=~*/^&".Contains(c, StringComparison.Ordinal))
        {
            throw new PtxException(line, Printable(c), "not a character of PTX");
        }
        return Token(PtxTokenKind.Mark, start);
    }

    private PtxToken Token(PtxTokenKind kind, int start) => new(kind, text[start..at], line);

    private PtxToken Quoted(int start)
    {
        while (at < text.Length && text[at] is not ('"' or '\n'))
        {
            at++;
        }
        if (at >= text.Length || text[at] != '"')
        {
            throw new PtxException(line, "\"", "the string has no end");
        }
        at++;
        return new PtxToken(PtxTokenKind.Text, text[(start + 1)..(at - 1)], line);
    }

    private void TakeWord()
    {
        while (at < text.Length)
        {
            bool colons =
                text[at] == ':'
                && at + 2 < text.Length
                && text[at + 1] == ':'
                && (IsWordStart(text[at + 2]) || char.IsAsciiDigit(text[at + 2]));
            if (colons)
            {
                at += 2;
            }
            else if (!IsWordStart(text[at]) && !char.IsAsciiDigit(text[at]) || text[at] == '%')
            {
                return;
            }
            else
            {
                at++;
            }
        }
    }

    private void TakeNumber()
    {
        bool exponent =
            text[at] != '0' || at + 1 >= text.Length || char.ToLowerInvariant(text[at + 1]) != 'x';
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '.'))
        {
            bool sign =
                exponent
                && text[at] is 'e' or 'E'
                && at + 1 < text.Length
                && text[at + 1] is '-' or '+'
                && !IsHexFloat();
            at += sign ? 2 : 1;
        }
    }

    private bool IsHexFloat()
    {
        int start = at;
        while (start > 0 && char.IsAsciiLetterOrDigit(text[start - 1]))
        {
            start--;
        }
        return text[start] == '0'
            && start + 1 < text.Length
            && char.ToLowerInvariant(text[start + 1]) is 'f' or 'd' or 'x';
    }

    private void SkipBlanks()
    {
        while (at < text.Length)
        {
            char c = text[at];
            if (c == '\n')
            {
                line++;
                at++;
            }
            else if (char.IsWhiteSpace(c) || c == '\0')
            {
                at++;
            }
            else if (c == '/' && at + 1 < text.Length && text[at + 1] == '/')
            {
                int end = text.IndexOf('\n', at);
                at = end < 0 ? text.Length : end;
            }
            else if (c == '/' && at + 1 < text.Length && text[at + 1] == '*')
            {
                SkipComment();
            }
            else
            {
                return;
            }
        }
    }

    private void SkipComment()
    {
        int end = text.IndexOf("*/", at + 2, StringComparison.Ordinal);
        if (end < 0)
        {
            throw new PtxException(line, "/*", "the comment has no end");
        }
        line += text.AsSpan(at, end - at).Count('\n');
        at = end + 2;
    }

    private static bool IsWordStart(char c) =>
        char.IsAsciiLetter(c) || c is '_' or '$' or '%' or '.';

    private static string Printable(char c) =>
        c is > ' ' and < (char)127 ? c.ToString() : $"\\u{(int)c:X4}";
}

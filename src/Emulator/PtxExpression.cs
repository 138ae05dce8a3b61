namespace Robustness.Emulator;

/// <summary>
/// Constant expressions of signed 64-bit integers, with the precedence of C.
/// </summary>
internal sealed class PtxExpression(PtxCursor cursor)
{
    private const int Deepest = 64;
    private static readonly string[][] Levels =
    [
        ["|"],
        ["^"],
        ["&"],
        ["<<", ">>"],
        ["+", "-"],
        ["*", "/"],
    ];
    private int depth;

    /// <summary>Whether the tokens ahead begin an expression that is more than a number.</summary>
    public bool Begins() =>
        cursor.Current.Is("(")
        || cursor.Current.Is("~")
        || (cursor.Current.Is("-") && cursor.Peek().Is("("))
        || (
            cursor.Current.Kind == PtxTokenKind.Number
            && cursor.Peek() is { Kind: PtxTokenKind.Mark, Text: "+" or "-" or "*" or "/" }
        );

    public PtxOperand Read() => new(PtxOperandKind.Integer) { Bits = (ulong)Level(0) };

    private long Level(int level)
    {
        if (level == Levels.Length)
        {
            return Unary();
        }
        long value = Level(level + 1);
        while (true)
        {
            string found = Operator(Levels[level]);
            if (found.Length == 0)
            {
                return value;
            }
            value = Apply(found, value, Level(level + 1));
        }
    }

    private string Operator(string[] known)
    {
        foreach (string name in known)
        {
            bool here =
                name.Length == 1
                    ? cursor.Current.Is(name)
                    : cursor.Current.Is(name[..1]) && cursor.Peek().Is(name[..1]);
            if (here)
            {
                for (int i = 0; i < name.Length; i++)
                {
                    _ = cursor.Take();
                }
                return name;
            }
        }
        return "";
    }

    private long Apply(string name, long left, long right)
    {
        if (name == "/" && right == 0)
        {
            throw cursor.Fail("a division by zero");
        }
        return name switch
        {
            "|" => left | right,
            "^" => left ^ right,
            "&" => left & right,
            "<<" => left << (int)right,
            ">>" => left >> (int)right,
            "+" => left + right,
            "-" => left - right,
            "*" => left * right,
            _ => right == -1 ? -left : left / right,
        };
    }

    private long Unary()
    {
        if (++depth > Deepest)
        {
            throw cursor.Fail($"an expression nests deeper than {Deepest}");
        }
        long value;
        if (cursor.TryTake("-"))
        {
            value = -Unary();
        }
        else if (cursor.TryTake("~"))
        {
            value = ~Unary();
        }
        else if (cursor.TryTake("!"))
        {
            value = Unary() == 0 ? 1 : 0;
        }
        else if (cursor.TryTake("("))
        {
            value = Level(0);
            cursor.Expect(")");
        }
        else
        {
            PtxToken token = cursor.Current;
            PtxOperand number = cursor.Number();
            value =
                number.Kind == PtxOperandKind.Integer
                    ? (long)number.Bits
                    : throw new PtxException(token.Line, token.Text, "an integer expected");
        }
        depth--;
        return value;
    }
}

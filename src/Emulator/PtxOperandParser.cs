namespace Robustness.Emulator;

/// <summary>Reads the operands of one instruction.</summary>
internal sealed class PtxOperandParser(PtxCursor cursor)
{
    private const int MostOperands = 16;
    private readonly PtxExpression expressions = new(cursor);

    public PtxOperand[] ReadList(PtxScopes scopes)
    {
        var list = new List<PtxOperand>();
        while (!cursor.Current.Is(";"))
        {
            if (list.Count > 0)
            {
                cursor.Expect(",");
            }
            if (list.Count == MostOperands)
            {
                throw cursor.Fail($"more than {MostOperands} operands");
            }
            list.Add(ReadOperand(scopes));
        }
        return [.. list];
    }

    /// <summary>Four operands: returned values, target, arguments, prototype or targets.</summary>
    public PtxOperand[] ReadCall(PtxScopes scopes)
    {
        PtxOperand returns = cursor.Current.Is("(") ? ReadParenthesised(scopes) : Empty();
        if (returns.Items.Length > 0)
        {
            cursor.Expect(",");
        }
        PtxOperand target = ReadOperand(scopes);
        PtxOperand arguments = Empty();
        PtxOperand prototype = new(PtxOperandKind.Sink);
        if (cursor.TryTake(","))
        {
            arguments = cursor.Current.Is("(") ? ReadParenthesised(scopes) : arguments;
            if (cursor.TryTake(",") || !cursor.Current.Is(";"))
            {
                prototype = ReadOperand(scopes);
            }
        }
        return [returns, target, arguments, prototype];
    }

    private static PtxOperand Empty() => new(PtxOperandKind.Vector);

    private PtxOperand ReadParenthesised(PtxScopes scopes)
    {
        cursor.Expect("(");
        return new PtxOperand(PtxOperandKind.Vector) { Items = ReadItems(scopes, ")") };
    }

    private PtxOperand[] ReadItems(PtxScopes scopes, string end)
    {
        var items = new List<PtxOperand>();
        while (!cursor.TryTake(end))
        {
            if (items.Count > 0)
            {
                cursor.Expect(",");
            }
            if (items.Count == 64)
            {
                throw cursor.Fail("more than 64 items");
            }
            items.Add(ReadSimple(scopes));
        }
        return [.. items];
    }

    private PtxOperand ReadOperand(PtxScopes scopes)
    {
        if (cursor.TryTake("["))
        {
            return ReadAddress(scopes);
        }
        if (cursor.TryTake("{"))
        {
            return new PtxOperand(PtxOperandKind.Vector) { Items = ReadItems(scopes, "}") };
        }
        PtxOperand operand = ReadSimple(scopes);
        if (cursor.TryTake("|"))
        {
            return new PtxOperand(PtxOperandKind.Pair) { Items = [operand, ReadSimple(scopes)] };
        }
        return operand;
    }

    private PtxOperand ReadAddress(PtxScopes scopes)
    {
        PtxOperand item = ReadSimple(scopes, inAddress: true);
        long offset = 0;
        if (cursor.TryTake("+"))
        {
            offset = cursor.Integer(int.MinValue, int.MaxValue);
        }
        else if (cursor.Current.Is("-"))
        {
            offset = cursor.Integer(int.MinValue, int.MaxValue);
        }
        cursor.Expect("]");
        return new PtxOperand(PtxOperandKind.Address) { Items = [item], Offset = offset };
    }

    private PtxOperand ReadSimple(PtxScopes scopes, bool inAddress = false)
    {
        if (!inAddress && expressions.Begins())
        {
            return expressions.Read();
        }
        bool not = cursor.TryTake("!");
        bool negative = !not && cursor.TryTake("-");
        if (cursor.Current.Kind == PtxTokenKind.Number)
        {
            return cursor.Number() with { Negated = negative };
        }
        PtxToken token = cursor.Current;
        string name = cursor.Word("an operand");
        if (negative)
        {
            throw new PtxException(token.Line, token.Text, "only a number can have a minus sign");
        }
        if (name == "_")
        {
            return new PtxOperand(PtxOperandKind.Sink);
        }
        PtxRegister? register = scopes.Register(name);
        if (register is not null)
        {
            return new PtxOperand(PtxOperandKind.Register) { Register = register, Negated = not };
        }
        int dot = name.LastIndexOf('.');
        if (dot > 0 && scopes.Register(name[..dot]) is { } whole && IsSelector(name[(dot + 1)..]))
        {
            string selector = name[(dot + 1)..];
            return new PtxOperand(PtxOperandKind.Register)
            {
                Register = whole,
                Selector = selector,
            };
        }
        if (name == "WARP_SZ")
        {
            return new PtxOperand(PtxOperandKind.Integer) { Bits = 32 };
        }
        if (name[0] == '%')
        {
            return Special(token);
        }
        var symbol = new PtxOperand(PtxOperandKind.Symbol)
        {
            Name = name,
            Variable = scopes.Variable(name),
        };
        if (!inAddress && cursor.Current.Is("+"))
        {
            cursor.Take();
            return symbol with { Offset = cursor.Integer(0, int.MaxValue) };
        }
        return symbol;
    }

    private static bool IsSelector(string text) =>
        text.Length is > 1 and < 6
        && text[0] is 'b' or 'h'
        && text.Skip(1).All(digit => digit is >= '0' and <= '7');

    private static PtxOperand Special(PtxToken token)
    {
        if (!PtxSpecials.IsKnown(token.Text))
        {
            throw new PtxException(
                token.Line,
                token.Text,
                "neither declared nor a special register"
            );
        }
        return new PtxOperand(PtxOperandKind.Special) { Name = token.Text };
    }
}

namespace Robustness.Emulator;

/// <summary>One instruction under decoding: its parts, modifiers and typed operands.</summary>
internal sealed class InstructionReader(PtxInstruction source, FrameLayout layout)
{
    private readonly HashSet<int> used = [0];

    private const string Selected = "only video instructions take a part of a register";

    public PtxInstruction Source { get; } = source;

    public FrameLayout Layout { get; } = layout;

    public string[] Parts => Source.Parts;

    public int Count => Source.Operands.Length;

    /// <summary>Whether a modifier stands there; it counts as understood.</summary>
    public bool Has(string modifier)
    {
        int index = Array.IndexOf(Parts, modifier, 1);
        return index > 0 && (used.Add(index) || true);
    }

    /// <summary>The modifier at an index counts as understood.</summary>
    public void Use(int index) => used.Add(index);

    public bool HasAny(params ReadOnlySpan<string> modifiers)
    {
        bool found = false;
        foreach (string modifier in modifiers)
        {
            found |= Has(modifier);
        }
        return found;
    }

    /// <summary>The nth type among the modifiers, from the left.</summary>
    public PtxType Type(int number = 0)
    {
        for (int i = 1; i < Parts.Length; i++)
        {
            if (PtxTypes.TryParse(Parts[i], out PtxType type) && number-- == 0)
            {
                used.Add(i);
                return type;
            }
        }
        throw Fail("a type is missing");
    }

    public RoundingMode Round()
    {
        RoundingMode mode = RoundingMode.Nearest;
        mode = Has("rz") ? RoundingMode.Zero : mode;
        mode = Has("rm") ? RoundingMode.Down : mode;
        mode = Has("rp") ? RoundingMode.Up : mode;
        _ = Has("rn");
        return mode;
    }

    public PtxException Fail(string reason) => new(Source.Line, Source.Text, reason);

    /// <summary>Refuses modifiers that nobody asked for.</summary>
    public void CheckModifiers()
    {
        for (int i = 1; i < Parts.Length; i++)
        {
            if (!used.Contains(i))
            {
                throw new PtxException(
                    Source.Line,
                    Source.Text,
                    $"unsupported modifier .{Parts[i]}"
                );
            }
        }
    }

    public void Expect(int low, int high = -1)
    {
        int most = high < 0 ? low : high;
        if (Count < low || Count > most)
        {
            throw Fail(
                $"{Count} operands; {(low == most ? $"{low}" : $"{low} to {most}")} expected"
            );
        }
    }

    /// <summary>A literal integer operand.</summary>
    public ulong Number(int index, ulong most)
    {
        PtxOperand operand = Source.Operands[index];
        bool fits =
            operand is { Kind: PtxOperandKind.Integer, Negated: false } && operand.Bits <= most;
        return fits
            ? operand.Bits
            : throw Fail($"operand {index + 1} must be an integer from 0 to {most}");
    }

    /// <summary>Frame offset of a register that is written.</summary>
    public int Destination(PtxOperand operand, PtxType type)
    {
        if (operand.Kind == PtxOperandKind.Sink)
        {
            return -1;
        }
        if (operand.Kind != PtxOperandKind.Register || operand.Register is not { } register)
        {
            throw Fail("the result must be a register");
        }
        CheckWhole(operand);
        Match(register, type);
        return Layout.Define(register);
    }

    /// <summary>Frame offset of an operand that is read as a type.</summary>
    public int Operand(PtxOperand operand, PtxType type)
    {
        bool wide = FrameLayout.Width(type) == 8;
        switch (operand.Kind)
        {
            case PtxOperandKind.Register when !operand.Negated:
                CheckWhole(operand);
                Match(operand.Register!, type);
                return Layout.Use(operand.Register!);
            case PtxOperandKind.Integer or PtxOperandKind.Single or PtxOperandKind.Double:
                ulong bits = PtxImmediate.Bits(operand, operand.Negated, type);
                return Layout.Constant(
                    type == PtxType.Pred ? (bits == 0 ? 0u : uint.MaxValue) : bits,
                    wide
                );
            case PtxOperandKind.Special:
                if (PtxSpecials.IsWide(operand.Name) != wide)
                {
                    throw Fail($"{operand.Name} has another width");
                }
                return Layout.Special(operand.Name);
            case PtxOperandKind.Symbol:
                return Layout.Symbol(operand, Source.Line, wide);
            default:
                throw Fail("an operand of this form is not allowed here");
        }
    }

    public int Operand(int index, PtxType type) => Operand(Source.Operands[index], type);

    private void CheckWhole(PtxOperand operand)
    {
        if (operand.Selector.Length > 0 && (Parts[0][0] != 'v' || Parts[0] == "vote"))
        {
            throw Fail(Selected);
        }
    }

    private void Match(PtxRegister register, PtxType type)
    {
        if (FrameLayout.Width(register.Type) != FrameLayout.Width(type))
        {
            throw Fail(
                $"{register.Name} is .{PtxTypes.Name(register.Type)}, "
                    + $".{PtxTypes.Name(type)} expected"
            );
        }
    }
}

namespace Robustness.Emulator;

/// <summary>
/// Functions whose parameters and results are registers: written as if they were variables that
/// the function loads at its start and stores before it returns, and callers the other way round.
/// </summary>
internal sealed class RegisterPassing(PtxFunction function, PtxModule module)
{
    /// <summary>Loads of the parameters, at the start.</summary>
    public void Enter(PtxScopes scopes)
    {
        foreach (PtxVariable variable in function.Parameters.Where(item => item.InRegister))
        {
            Add("ld", variable, Own(variable, scopes), null, variable.Line);
        }
        foreach (PtxVariable variable in function.Returns.Where(item => item.InRegister))
        {
            _ = Own(variable, scopes);
        }
    }

    /// <summary>Stores of the results, before a return.</summary>
    public void Leave(PtxScopes scopes, PtxInstruction? guarded, int line)
    {
        foreach (PtxVariable variable in function.Returns.Where(item => item.InRegister))
        {
            PtxRegister? register = scopes.Outermost(variable.Name);
            PtxOperand value = new(PtxOperandKind.Register) { Register = register };
            Add("st", variable, value, guarded, line);
        }
    }

    /// <summary>Adds a call, with what its registers and numbers need around it.</summary>
    public void Call(PtxInstruction call)
    {
        PtxOperand[] operands = [.. call.Operands];
        PtxFunction? callee =
            operands[1].Name == function.Name
                ? function
                : module.Functions.GetValueOrDefault(operands[1].Name);
        var results = new List<(PtxVariable Variable, PtxOperand Target)>();
        operands[0] = Replace(operands[0], callee?.Returns, call.Line, results.Add);
        operands[2] = Replace(
            operands[2],
            callee?.Parameters,
            call.Line,
            item => Add("st", item.Variable, item.Value, call, call.Line)
        );
        function.Code.Add(call with { Operands = operands });
        foreach ((PtxVariable variable, PtxOperand target) in results)
        {
            Add("ld", variable, target, call, call.Line);
        }
    }

    private PtxOperand Replace(
        PtxOperand list,
        List<PtxVariable>? types,
        int line,
        Action<(PtxVariable Variable, PtxOperand Value)> pass
    )
    {
        var items = (PtxOperand[])list.Items.Clone();
        for (int i = 0; i < items.Length; i++)
        {
            if (items[i].Kind is PtxOperandKind.Symbol)
            {
                continue;
            }
            PtxType? type = types?.ElementAtOrDefault(i)?.Type ?? items[i].Register?.Type;
            if (type is not { } known || known == PtxType.Pred)
            {
                throw new PtxException(line, "call", "the type of this argument is not known");
            }
            PtxVariable variable = Variable(known, line);
            pass((variable, items[i]));
            items[i] = Symbol(variable);
        }
        return list with { Items = items };
    }

    private PtxVariable Variable(PtxType type, int line)
    {
        int bytes = PtxTypes.Size(type);
        var variable = new PtxVariable($"call at {line}", PtxSpace.Local, type, line)
        {
            Alignment = bytes,
            Bytes = bytes,
        };
        function.Variables.Add(variable);
        return variable;
    }

    private static PtxOperand Own(PtxVariable variable, PtxScopes scopes)
    {
        scopes.DeclareRegisters(variable.Name, variable.Type, -1, variable.Line);
        return new PtxOperand(PtxOperandKind.Register)
        {
            Register = scopes.Register(variable.Name),
        };
    }

    private static PtxOperand Symbol(PtxVariable variable) =>
        new(PtxOperandKind.Symbol) { Name = variable.Name, Variable = variable };

    private void Add(
        string name,
        PtxVariable variable,
        PtxOperand value,
        PtxInstruction? guarded,
        int line
    )
    {
        var address = new PtxOperand(PtxOperandKind.Address) { Items = [Symbol(variable)] };
        PtxOperand[] operands = name == "ld" ? [value, address] : [address, value];
        string text = $"{name}.param.{PtxTypes.Name(variable.Type)}";
        function.Code.Add(
            new PtxInstruction(line, text, operands)
            {
                Guard = guarded?.Guard,
                GuardNegated = guarded?.GuardNegated ?? false,
                Location = guarded?.Location,
            }
        );
    }
}

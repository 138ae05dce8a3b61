namespace Robustness.Emulator;

/// <summary>Reads a function's statements with block-scoped names.</summary>
internal sealed class PtxBodyParser(PtxCursor cursor, PtxFunction function, PtxModule module)
{
    private readonly RegisterPassing passing = new(function, module);
    private readonly PtxScopes scopes = new(function);
    private readonly PtxOperandParser operands = new(cursor);
    private PtxLocation? location;

    public void ReadBody()
    {
        cursor.Expect("{");
        scopes.Open();
        foreach (PtxVariable parameter in function.Parameters.Concat(function.Returns))
        {
            if (!parameter.InRegister)
            {
                scopes.Declare(parameter);
            }
        }
        passing.Enter(scopes);
        int depth = 1;
        while (depth > 0)
        {
            if (cursor.TryTake("{"))
            {
                depth++;
                if (depth > 64)
                {
                    throw cursor.Fail("scopes nest deeper than 64");
                }
                scopes.Open();
            }
            else if (cursor.TryTake("}"))
            {
                depth--;
                if (depth == 0)
                {
                    passing.Leave(scopes, null, function.Line);
                }
                scopes.Close();
            }
            else
            {
                ReadStatement();
            }
        }
    }

    private void ReadStatement()
    {
        PtxToken token = cursor.Current;
        if (token.Kind == PtxTokenKind.Word && token.Text[0] == '.')
        {
            cursor.Take();
            ReadDirective(token);
            return;
        }
        if (token.Kind == PtxTokenKind.Word && cursor.Peek().Is(":"))
        {
            cursor.Take();
            cursor.Take();
            ReadLabel(token);
            return;
        }
        ReadInstruction();
    }

    private void ReadLabel(PtxToken token)
    {
        if (cursor.Current.Is(".callprototype"))
        {
            SkipStatement();
            return;
        }
        if (cursor.TryTake(".branchtargets") || cursor.TryTake(".calltargets"))
        {
            var targets = new List<string>();
            do
            {
                targets.Add(cursor.Word("a label"));
            } while (cursor.TryTake(","));
            cursor.Expect(";");
            function.Targets[token.Text] = [.. targets];
            return;
        }
        if (!function.Labels.TryAdd(scopes.DeclareLabel(token.Text), function.Code.Count))
        {
            throw new PtxException(token.Line, token.Text, "the label stands twice");
        }
    }

    private void ReadDirective(PtxToken token)
    {
        switch (token.Text)
        {
            case ".reg":
                ReadRegisters();
                break;
            case ".loc":
                ReadLocation();
                break;
            case ".pragma":
                SkipStatement();
                break;
            case ".shared" or ".local" or ".param":
                PtxSpace space = token.Text == ".shared" ? PtxSpace.Shared : PtxSpace.Local;
                do
                {
                    PtxVariable variable = PtxVariableParser.Read(cursor, space);
                    scopes.Declare(variable);
                    function.Variables.Add(variable);
                } while (cursor.TryTake(","));
                cursor.Expect(";");
                break;
            default:
                throw new PtxException(token.Line, token.Text, "unknown directive in a function");
        }
    }

    private void ReadRegisters()
    {
        PtxToken token = cursor.Current;
        string word = cursor.Word("a register's type")[1..];
        if (!PtxTypes.TryParse(word, out PtxType type) || !PtxTypes.IsStored(type))
        {
            throw new PtxException(token.Line, token.Text, "not a register type");
        }
        do
        {
            PtxToken name = cursor.Current;
            string register = cursor.Word("a register's name");
            int count = -1;
            if (cursor.TryTake("<"))
            {
                count = (int)cursor.Integer(0, 1 << 24);
                cursor.Expect(">");
            }
            scopes.DeclareRegisters(register, type, count, name.Line);
        } while (cursor.TryTake(","));
        cursor.Expect(";");
    }

    private void ReadLocation()
    {
        location = ReadPosition();
        if (!cursor.TryTake(","))
        {
            return;
        }
        _ = cursor.Word("function_name");
        _ = cursor.Word("a label");
        if (cursor.TryTake("+"))
        {
            _ = cursor.Integer(0, long.MaxValue);
        }
        cursor.Expect(",");
        _ = cursor.Word("inlined_at");
        location = location with { InlinedAt = ReadPosition() };
    }

    private PtxLocation ReadPosition()
    {
        int file = (int)cursor.Integer(0, int.MaxValue);
        int line = (int)cursor.Integer(0, int.MaxValue);
        _ = cursor.Integer(0, int.MaxValue);
        return new PtxLocation(file, line, null);
    }

    private void ReadInstruction()
    {
        PtxRegister? guard = null;
        bool negated = false;
        if (cursor.TryTake("@"))
        {
            negated = cursor.TryTake("!");
            PtxToken token = cursor.Current;
            guard = scopes.Register(cursor.Word("a predicate"));
            if (guard is null || guard.Type != PtxType.Pred)
            {
                throw new PtxException(token.Line, token.Text, "not a predicate");
            }
        }
        PtxToken name = cursor.Current;
        string text = cursor.Word("an instruction");
        if (!char.IsAsciiLetter(text[0]))
        {
            throw new PtxException(name.Line, name.Text, "not an instruction");
        }
        PtxOperand[] list = text.StartsWith("call", StringComparison.Ordinal)
            ? operands.ReadCall(scopes)
            : operands.ReadList(scopes);
        cursor.Expect(";");
        if (function.Code.Count > 1 << 20)
        {
            throw new PtxException(name.Line, text, "more than 2^20 instructions");
        }
        var instruction = new PtxInstruction(name.Line, text, list)
        {
            Guard = guard,
            GuardNegated = negated,
            Location = location is { Line: > 0 } ? location : null,
        };
        if (instruction.Parts[0] == "call")
        {
            passing.Call(instruction);
            return;
        }
        if (instruction.Parts[0] == "ret")
        {
            passing.Leave(scopes, instruction, name.Line);
        }
        function.Code.Add(instruction);
    }

    private void SkipStatement()
    {
        while (!cursor.TryTake(";"))
        {
            if (cursor.Take().Kind == PtxTokenKind.End)
            {
                throw cursor.Fail("';' expected");
            }
        }
    }
}

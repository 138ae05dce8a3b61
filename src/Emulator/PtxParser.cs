namespace Robustness.Emulator;

/// <summary>
/// Reads a PTX module: header, variables, functions; code goes to the body parser.
/// </summary>
internal sealed class PtxParser
{
    private const int LargestText = 64 << 20;
    private readonly PtxCursor cursor;
    private readonly PtxModule module = new();

    private PtxParser(string text) => cursor = new PtxCursor(PtxLexer.Tokens(text));

    public static PtxModule Parse(string text)
    {
        if (text.Length > LargestText)
        {
            throw new PtxException(1, "module", $"longer than {LargestText} characters");
        }
        var parser = new PtxParser(text);
        parser.ReadModule();
        return parser.module;
    }

    private void ReadModule()
    {
        while (cursor.Current.Kind != PtxTokenKind.End)
        {
            PtxToken token = cursor.Current;
            string word = cursor.Word("a directive");
            switch (word)
            {
                case ".version":
                    ReadVersion(token);
                    break;
                case ".target":
                    ReadTarget();
                    break;
                case ".address_size":
                    _ = cursor.Integer(64, 64);
                    break;
                case ".file":
                    ReadFile();
                    break;
                case ".section":
                    SkipSection();
                    break;
                case ".pragma":
                    SkipStatement();
                    break;
                case ".visible" or ".weak" or ".common":
                    break;
                case ".extern":
                    ReadExtern();
                    break;
                default:
                    ReadDeclaration(token, external: false);
                    break;
            }
        }
        if (module.Version == 0)
        {
            throw new PtxException(1, ".version", "the module has no .version line");
        }
    }

    private void ReadExtern()
    {
        PtxToken token = cursor.Current;
        _ = cursor.Word("a directive");
        ReadDeclaration(token, external: true);
    }

    private void ReadDeclaration(PtxToken token, bool external)
    {
        if (module.Version == 0)
        {
            throw new PtxException(token.Line, token.Text, "a PTX module begins with .version");
        }
        PtxSpace space = token.Text switch
        {
            ".global" => PtxSpace.Global,
            ".const" => PtxSpace.Const,
            ".shared" => PtxSpace.Shared,
            ".entry" or ".func" => PtxSpace.Generic,
            _ => throw new PtxException(token.Line, token.Text, "unknown directive"),
        };
        if (space == PtxSpace.Generic)
        {
            ReadFunction(token.Text == ".entry", token.Line);
            return;
        }
        PtxVariable variable = PtxVariableParser.Read(cursor, space);
        variable.External = external;
        cursor.Expect(";");
        if (!module.Variables.TryAdd(variable.Name, variable))
        {
            throw new PtxException(variable.Line, variable.Name, "declared twice");
        }
    }

    private void ReadVersion(PtxToken token)
    {
        string[] parts = cursor.Take().Text.Split('.');
        bool ok =
            parts.Length == 2
            && int.TryParse(parts[0], out int major)
            && int.TryParse(parts[1], out int minor)
            && (module.Version = (major * 10) + minor) > 0
            && major is 6 or 7 or 8
            && minor is >= 0 and < 10;
        if (!ok)
        {
            throw new PtxException(
                token.Line,
                string.Join('.', parts),
                "unsupported .version; 6.0 to 8.9 are known"
            );
        }
    }

    private void ReadTarget()
    {
        do
        {
            PtxToken token = cursor.Current;
            string name = cursor.Word("a target").TrimEnd('a', 'f');
            if (name.StartsWith("sm_", StringComparison.Ordinal))
            {
                if (!int.TryParse(name.AsSpan(3), out int target) || target is < 30 or > 121)
                {
                    throw new PtxException(token.Line, token.Text, "unknown target");
                }
                module.Target = target;
            }
        } while (cursor.TryTake(","));
    }

    private void ReadFile()
    {
        int number = (int)cursor.Integer(0, 1 << 20);
        if (cursor.Current.Kind != PtxTokenKind.Text)
        {
            throw cursor.Fail("a file name in quotes expected");
        }
        module.Files[number] = cursor.Take().Text;
        while (cursor.TryTake(","))
        {
            _ = cursor.Integer(0, long.MaxValue);
        }
    }

    private void SkipSection()
    {
        _ = cursor.Word("a section's name");
        cursor.Expect("{");
        while (!cursor.TryTake("}"))
        {
            if (cursor.Take().Kind == PtxTokenKind.End)
            {
                throw cursor.Fail("the section has no end");
            }
        }
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

    private void ReadFunction(bool isEntry, int line)
    {
        var returns = new List<PtxVariable>();
        if (!isEntry && cursor.TryTake("("))
        {
            ReadParameters(returns, isEntry);
        }
        var function = new PtxFunction(cursor.Word("a function's name"), isEntry, line);
        function.Returns.AddRange(returns);
        if (cursor.TryTake("("))
        {
            ReadParameters(function.Parameters, isEntry);
        }
        ReadDirectives(function);
        if (!cursor.TryTake(";"))
        {
            new PtxBodyParser(cursor, function, module).ReadBody();
            function.HasBody = true;
        }
        if (!module.Functions.TryGetValue(function.Name, out PtxFunction? known) || !known.HasBody)
        {
            module.Functions[function.Name] = function;
        }
        else if (function.HasBody)
        {
            throw new PtxException(line, function.Name, "defined twice");
        }
    }

    private void ReadDirectives(PtxFunction function)
    {
        while (cursor.Current is { Kind: PtxTokenKind.Word } token)
        {
            cursor.Take();
            switch (token.Text)
            {
                case ".maxntid" or ".reqntid":
                    long threads = cursor.Integer(1, 1024);
                    while (cursor.TryTake(","))
                    {
                        threads *= cursor.Integer(1, 1024);
                    }
                    function.MaxThreads = (int)Math.Min(threads, 1024);
                    break;
                case ".minnctapersm" or ".maxnreg" or ".maxnctapersm":
                    _ = cursor.Integer(0, 1 << 20);
                    break;
                case ".noreturn" or ".attribute" or ".pragma":
                    if (token.Text == ".pragma")
                    {
                        SkipStatement();
                    }
                    break;
                default:
                    throw new PtxException(
                        token.Line,
                        token.Text,
                        "unknown directive of a function"
                    );
            }
        }
    }

    private void ReadParameters(List<PtxVariable> list, bool isEntry)
    {
        long offset = 0;
        while (!cursor.TryTake(")"))
        {
            bool register = !isEntry && cursor.TryTake(".reg");
            if (!register)
            {
                cursor.Expect(".param");
            }
            PtxVariable parameter = PtxVariableParser.Read(cursor, PtxSpace.Param);
            parameter.InRegister = register;
            if (register && parameter.Type == PtxType.Pred)
            {
                throw cursor.Fail("a predicate cannot be passed");
            }
            offset = (offset + parameter.Alignment - 1) / parameter.Alignment * parameter.Alignment;
            parameter.Offset = offset;
            offset += parameter.Bytes;
            if (offset > 32764)
            {
                throw new PtxException(parameter.Line, parameter.Name, "too many parameter bytes");
            }
            list.Add(parameter);
            if (!cursor.Current.Is(")"))
            {
                cursor.Expect(",");
            }
        }
    }
}

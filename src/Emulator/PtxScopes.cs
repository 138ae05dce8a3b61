namespace Robustness.Emulator;

/// <summary>Names visible at one point of a function, innermost block first.</summary>
internal sealed class PtxScopes(PtxFunction function)
{
    private sealed record Range(PtxType Type, int Count, Dictionary<int, PtxRegister> Known);

    private sealed class Scope(int number)
    {
        public int Number { get; } = number;

        public Dictionary<string, PtxRegister> Registers { get; } = [];

        public Dictionary<string, Range> Ranges { get; } = [];

        public Dictionary<string, PtxVariable> Variables { get; } = [];

        public HashSet<string> Labels { get; } = [];
    }

    private readonly List<Scope> open = [];
    private int opened;

    public void Open() => open.Add(new Scope(opened++));

    public void Close() => open.RemoveAt(open.Count - 1);

    public void Declare(PtxVariable variable)
    {
        if (!open[^1].Variables.TryAdd(variable.Name, variable))
        {
            throw new PtxException(variable.Line, variable.Name, "declared twice");
        }
    }

    /// <summary>
    /// The label's name within the function: inner blocks may repeat outer labels.
    /// </summary>
    public string DeclareLabel(string name)
    {
        if (!open[^1].Labels.Add(name))
        {
            return name;
        }
        return open.Count == 1 || !function.Labels.ContainsKey(name)
            ? name
            : $"{name}#{open[^1].Number}";
    }

    public void DeclareRegisters(string name, PtxType type, int count, int line)
    {
        bool added =
            count < 0
                ? open[^1].Registers.TryAdd(name, Create(name, type))
                : open[^1].Ranges.TryAdd(name, new Range(type, count, []));
        if (!added)
        {
            throw new PtxException(line, name, "declared twice");
        }
    }

    /// <summary>A register that the function itself declares, inner blocks aside.</summary>
    public PtxRegister? Outermost(string name) => open[0].Registers.GetValueOrDefault(name);

    public PtxRegister? Register(string name)
    {
        int digits = name.Length;
        while (digits > 0 && char.IsAsciiDigit(name[digits - 1]))
        {
            digits--;
        }
        string prefix = name[..digits];
        bool numbered = int.TryParse(name.AsSpan(digits), out int number);
        for (int i = open.Count - 1; i >= 0; i--)
        {
            if (open[i].Registers.TryGetValue(name, out PtxRegister? register))
            {
                return register;
            }
            if (
                numbered
                && open[i].Ranges.TryGetValue(prefix, out Range? range)
                && number < range.Count
            )
            {
                if (!range.Known.TryGetValue(number, out register))
                {
                    register = Create(name, range.Type);
                    range.Known.Add(number, register);
                }
                return register;
            }
        }
        return null;
    }

    /// <summary>The variable of a name; its own name is made unique for later passes.</summary>
    public PtxVariable? Variable(string name)
    {
        for (int i = open.Count - 1; i >= 0; i--)
        {
            if (open[i].Variables.TryGetValue(name, out PtxVariable? variable))
            {
                return variable;
            }
        }
        return null;
    }

    private PtxRegister Create(string name, PtxType type)
    {
        var register = new PtxRegister(function.Registers.Count, name, type);
        function.Registers.Add(register);
        return register;
    }
}

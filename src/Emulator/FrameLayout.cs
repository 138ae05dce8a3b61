namespace Robustness.Emulator;

/// <summary>Places registers, immediates, symbols and special registers in a frame.</summary>
internal sealed class FrameLayout
{
    private readonly DecodedFunction function;
    private readonly int[] slots;
    private readonly Dictionary<(string, bool), int> constants = [];

    /// <param name="addresses">Address of a module symbol, or null when there is none.</param>
    public FrameLayout(DecodedFunction function, Func<string, ulong?> addresses)
    {
        this.function = function;
        Addresses = addresses;
        slots = new int[function.Source.Registers.Count];
        int next = 0;
        foreach (PtxRegister register in function.Source.Registers)
        {
            slots[register.Id] = next;
            next += Width(register.Type) == 8 ? 256 : 128;
        }
        function.RegisterSlots = next;
        function.FrameBytes = next;
    }

    public Func<string, ulong?> Addresses { get; }

    public bool IsEntry => function.Source.IsEntry;

    public static int Width(PtxType type) =>
        type == PtxType.Pred ? 0
        : PtxTypes.Size(type) == 8 ? 8
        : 4;

    public int Slot(PtxRegister register) => slots[register.Id];

    public int Constant(ulong value, bool wide) =>
        Add($"#{value:X}", wide, new FrameConstant(0, wide, value, null, false));

    public int Special(string name) =>
        Add(
            name,
            PtxSpecials.IsWide(name),
            new FrameConstant(0, PtxSpecials.IsWide(name), 0, name, false)
        );

    public int Symbol(PtxOperand operand, int line, bool wide)
    {
        string name = operand.Name;
        ulong offset = (ulong)operand.Offset;
        if (operand.Variable is { } variable)
        {
            bool local =
                variable.Space == PtxSpace.Local
                || !function.Source.IsEntry && variable.Space == PtxSpace.Param;
            ulong value = (ulong)variable.Offset + offset;
            string key = $"{(local ? "local" : "own")} {value}";
            return Add(key, wide, new FrameConstant(0, wide, value, null, local));
        }
        ulong address =
            Addresses(name) ?? throw new PtxException(line, name, "neither declared nor defined");
        return Constant(address + offset, wide);
    }

    public int Label(string name, int line) =>
        function.Source.Labels.TryGetValue(name, out int target)
            ? target
            : throw new PtxException(line, name, "no such label");

    private int Add(string key, bool wide, FrameConstant constant)
    {
        if (!constants.TryGetValue((key, wide), out int offset))
        {
            offset = function.FrameBytes;
            function.FrameBytes += wide ? 256 : 128;
            constants[(key, wide)] = offset;
            function.Constants.Add(constant with { Offset = offset });
        }
        return offset;
    }
}

namespace Robustness.Emulator;

/// <summary>Places registers, immediates, symbols and special registers in a frame.</summary>
internal sealed class FrameLayout
{
    private readonly DecodedFunction function;
    private readonly SlotPlan plan;
    private readonly Dictionary<(string, bool), int> constants = [];

    public FrameLayout(DecodedFunction function, DecodeContext context, SlotPlan plan)
    {
        this.function = function;
        this.plan = plan;
        Context = context;
        function.Constants.Clear();
        function.FrameBytes = plan.Bytes;
        function.WideSlots = plan.Wide;
        function.NarrowSlots = plan.Narrow;
        function.PredicateSlots = plan.Predicates;
    }

    public DecodeContext Context { get; }

    public bool IsEntry => function.Source.IsEntry;

    public PtxFunction Source => function.Source;

    /// <summary>Registers that the instruction under decoding reads and writes.</summary>
    public List<int> Uses { get; } = [];

    public List<int> Definitions { get; } = [];

    public static int Width(PtxType type) =>
        type == PtxType.Pred ? 0
        : PtxTypes.Size(type) == 8 ? 8
        : 4;

    public int Use(PtxRegister register)
    {
        Uses.Add(register.Id);
        return plan.Offsets[register.Id];
    }

    public int Define(PtxRegister register)
    {
        Definitions.Add(register.Id);
        return plan.Offsets[register.Id];
    }

    public int Constant(ulong value, bool wide) =>
        Add($"#{value:X}", wide, new FrameConstant(0, wide, value, null, false));

    /// <summary>The carry flag of each lane.</summary>
    public int Carry() => Add("carry", false, new FrameConstant(0, false, 0, null, false));

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
            bool local = IsLocal(variable);
            ulong value = (ulong)variable.Offset + offset;
            string key = $"{(local ? "local" : "own")} {value}";
            return Add(key, wide, new FrameConstant(0, wide, value, null, local));
        }
        ulong address =
            Context.Address(name)
            ?? throw new PtxException(line, name, "neither declared nor defined");
        return Constant(address + offset, wide);
    }

    /// <summary>
    /// Whether a variable lies in the thread's local memory, as parameters of calls do.
    /// </summary>
    public bool IsLocal(PtxVariable variable) =>
        variable.Space == PtxSpace.Local || (!IsEntry && variable.Space == PtxSpace.Param);

    public int Label(string name, int line) =>
        function.Source.Labels.TryGetValue(name, out int target)
            ? function.Start + target
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

/// <summary>What the decoder of a function knows of its surroundings.</summary>
internal sealed record DecodeContext(
    DecodedKernel Kernel,
    PtxModule Module,
    Func<string, ulong?> Address,
    Func<string, int> Function
);

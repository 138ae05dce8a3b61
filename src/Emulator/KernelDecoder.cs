using System.Runtime.InteropServices;

namespace Robustness.Emulator;

/// <summary>Lays out a kernel with the functions it can reach and decodes all of them.</summary>
internal static unsafe class KernelDecoder
{
    /// <summary>Local bytes of a thread whose calls have no known depth.</summary>
    private const int RecursionBytes = 16 << 10;
    private const int MostInstructions = 1 << 18;

    /// <param name="addresses">Address of a module symbol, or null when there is none.</param>
    public static DecodedKernel Decode(
        PtxFunction source,
        PtxModule module,
        Func<string, ulong?> addresses
    )
    {
        var kernel = new DecodedKernel(source);
        (List<PtxFunction> reached, bool indirect) = Reach(source, module);
        kernel.SharedBytes = Place(source, PtxSpace.Shared, module.SharedBytes);
        PtxVariable? last = source.Parameters.LastOrDefault();
        kernel.ParameterBytes =
            last is null || !source.IsEntry ? 0 : (int)(last.Offset + last.Bytes);
        int length = 0;
        foreach (PtxFunction function in reached)
        {
            kernel.Functions.Add(
                new DecodedFunction(function, length) { LocalBytes = PlaceLocal(function) }
            );
            length += function.Code.Count + 1;
        }
        if (length > MostInstructions)
        {
            throw new PtxException(source.Line, source.Name, "too many instructions");
        }
        kernel.LocalBytes = LocalBytes(kernel, indirect);
        kernel.Code = GC.AllocateArray<Op>(length, pinned: true);
        kernel.Vectors = GC.AllocateArray<int>(length * Op.VectorLength, pinned: true);
        kernel.First = (Op*)Marshal.UnsafeAddrOfPinnedArrayElement(kernel.Code, 0);
        var vectors = (int*)Marshal.UnsafeAddrOfPinnedArrayElement(kernel.Vectors, 0);
        kernel.Instructions = new PtxInstruction?[length];
        // Dynamic shared memory begins behind the static variables.
        ulong behind = (ulong)((kernel.SharedBytes + 15) & ~15);
        ulong? Address(string name) =>
            module.Variables.TryGetValue(name, out PtxVariable? variable)
            && variable.Space == PtxSpace.Shared
                ? variable.External || variable.Bytes == 0
                    ? behind
                    : (ulong)variable.Offset
                : addresses(name);
        int Index(string name) => reached.FindIndex(item => item.Name == name);
        var context = new DecodeContext(kernel, module, Address, Index);
        foreach (DecodedFunction function in kernel.Functions)
        {
            int count = function.Source.Code.Count;
            function.Source.Code.ToArray().CopyTo(kernel.Instructions, function.Start);
            Span<Op> code = kernel.Code.AsSpan(function.Start, count + 1);
            FunctionDecoder.Decode(function, context, code, vectors);
        }
        kernel.NeedsOrder = kernel.Code.Any(op =>
            op.Class == OpClass.Memory && (op.Mode & StrongMode.Strong) != 0
        );
        kernel.NeedsOrder |= kernel.Calls.Any(call => call.Function == CallSite.Print);
        return kernel;
    }

    /// <summary>Functions that calls lead to; all of them once a target is a register.</summary>
    private static (List<PtxFunction> Functions, bool Indirect) Reach(
        PtxFunction source,
        PtxModule module
    )
    {
        var reached = new List<PtxFunction> { source };
        bool indirect = false;
        for (int i = 0; i < reached.Count; i++)
        {
            foreach (PtxInstruction call in reached[i].Code.Where(item => item.Parts[0] == "call"))
            {
                PtxOperand target = call.Operands[1];
                if (target.Kind != PtxOperandKind.Symbol)
                {
                    IEnumerable<PtxFunction> all = module.Functions.Values.Where(item =>
                        item is { IsEntry: false, HasBody: true } && !reached.Contains(item)
                    );
                    reached.AddRange(indirect ? [] : all.ToList());
                    indirect = true;
                }
                else if (
                    module.Functions.TryGetValue(target.Name, out PtxFunction? callee)
                    && callee is { HasBody: true, IsEntry: false }
                    && !reached.Contains(callee)
                )
                {
                    reached.Add(callee);
                }
            }
        }
        return (reached, indirect);
    }

    /// <summary>
    /// Deepest sum of local bytes; a fixed stack with recursion or calls by address.
    /// </summary>
    private static int LocalBytes(DecodedKernel kernel, bool indirect)
    {
        var depths = new Dictionary<PtxFunction, int>();
        int Depth(DecodedFunction function)
        {
            if (depths.TryGetValue(function.Source, out int known))
            {
                indirect |= known < 0;
                return Math.Max(known, 0);
            }
            depths[function.Source] = -1;
            int deepest = 0;
            foreach (PtxInstruction call in function.Source.Code.Where(i => i.Parts[0] == "call"))
            {
                DecodedFunction? callee = kernel.Functions.Find(item =>
                    item.Source.Name == call.Operands[1].Name
                );
                deepest = callee is null ? deepest : Math.Max(Math.Max(deepest, 1), Depth(callee));
            }
            int own = function.LocalBytes;
            return depths[function.Source] = deepest > 0 ? ((own + 15) & ~15) + deepest : own;
        }
        int bytes = Depth(kernel.Functions[0]);
        return indirect ? kernel.Functions[0].LocalBytes + RecursionBytes : bytes;
    }

    public static int Place(PtxFunction source, PtxSpace space, int from)
    {
        long offset = from;
        foreach (PtxVariable variable in source.Variables.Where(item => item.Space == space))
        {
            offset = Put(variable, offset);
        }
        return (int)offset;
    }

    /// <summary>
    /// Offset behind a variable that is put at the next multiple of its alignment.
    /// </summary>
    public static long Put(PtxVariable variable, long offset)
    {
        long alignment = variable.Alignment;
        variable.Offset = (offset + alignment - 1) / alignment * alignment;
        long end = variable.Offset + variable.Bytes;
        return end <= 1 << 20
            ? end
            : throw new PtxException(variable.Line, variable.Name, "too large for its space");
    }

    /// <summary>
    /// Local variables, parameters of calls and, of a function, its own parameters.
    /// </summary>
    private static int PlaceLocal(PtxFunction source)
    {
        long offset = Place(source, PtxSpace.Local, 0);
        if (!source.IsEntry)
        {
            foreach (PtxVariable parameter in source.Parameters.Concat(source.Returns))
            {
                offset = Put(parameter, offset);
            }
        }
        return (int)offset;
    }
}

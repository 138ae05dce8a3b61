using System.Runtime.InteropServices;

namespace Robustness.Emulator;

/// <summary>Turns a parsed kernel into decoded instructions and a frame layout.</summary>
internal static unsafe class FunctionDecoder
{
    private const int LargestFrame = 1 << 26;

    /// <param name="addresses">Address of a module symbol, or null when there is none.</param>
    public static DecodedFunction Decode(
        PtxFunction source,
        PtxModule module,
        Func<string, ulong?> addresses
    )
    {
        var function = new DecodedFunction(source);
        function.LocalBytes = Place(source, PtxSpace.Local);
        function.SharedBytes = Place(source, PtxSpace.Shared);
        PtxVariable? last = source.Parameters.LastOrDefault();
        function.ParameterBytes = last is null ? 0 : (int)(last.Offset + last.Bytes);
        if (source.Registers.Count > LargestFrame / 256)
        {
            throw new PtxException(source.Line, source.Name, "too many registers");
        }
        // Dynamic shared memory begins behind the static variables.
        ulong behind = (ulong)((function.SharedBytes + 15) & ~15);
        ulong? Address(string name) =>
            module.Variables.TryGetValue(name, out PtxVariable? variable)
            && variable.Space == PtxSpace.Shared
                ? behind
                : addresses(name);
        var layout = new FrameLayout(function, Address);
        Op[] code = GC.AllocateArray<Op>(source.Code.Count + 1, pinned: true);
        for (int i = 0; i < source.Code.Count; i++)
        {
            code[i] = DecodeOne(source.Code[i], layout);
            code[i].Index = i;
            function.NeedsOrder |= code[i].Class == OpClass.Memory && code[i].Mode == 1;
        }
        code[^1] = new Op
        {
            Kind = OpKind.Exit,
            Guard = -1,
            Index = source.Code.Count,
            Class = OpClass.Control,
        };
        function.Code = code;
        function.First = (Op*)Marshal.UnsafeAddrOfPinnedArrayElement(code, 0);
        return function;
    }

    private static Op DecodeOne(PtxInstruction source, FrameLayout layout)
    {
        var reader = new InstructionReader(source, layout);
        var op = new Op
        {
            Line = source.Line,
            D2 = -1,
            Guard = source.Guard is null ? -1 : layout.Slot(source.Guard),
            GuardNegated = source.GuardNegated,
        };
        bool known =
            MoveDecoder.TryDecode(reader, ref op)
            || MemoryDecoder.TryDecode(reader, ref op)
            || MatrixDecoder.TryDecode(reader, ref op)
            || ControlDecoder.TryDecode(reader, ref op)
            || ArithmeticDecoder.TryDecode(reader, ref op)
            || FloatDecoder.TryDecode(reader, ref op);
        if (!known)
        {
            throw new PtxException(source.Line, source.Text, "unsupported instruction");
        }
        reader.CheckModifiers();
        if (op.D < 0 && op.Kind is OpKind.Lanes)
        {
            throw reader.Fail("the result must be a register");
        }
        return op;
    }

    private static int Place(PtxFunction source, PtxSpace space)
    {
        long offset = 0;
        foreach (PtxVariable variable in source.Variables.Where(item => item.Space == space))
        {
            offset = (offset + variable.Alignment - 1) / variable.Alignment * variable.Alignment;
            variable.Offset = offset;
            offset += variable.Bytes;
            if (offset > 1 << 20)
            {
                throw new PtxException(variable.Line, variable.Name, "too large for its space");
            }
        }
        return (int)offset;
    }
}

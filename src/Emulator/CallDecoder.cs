namespace Robustness.Emulator;

/// <summary>Decodes calls and branches through tables.</summary>
internal static class CallDecoder
{
    /// <summary>
    /// Operands: returned values, target, arguments, prototype or list of targets.
    /// </summary>
    public static void Decode(InstructionReader reader, ref Op op)
    {
        _ = reader.Has("uni");
        PtxOperand[] operands = reader.Source.Operands;
        PtxOperand target = operands[1];
        DecodeContext context = reader.Layout.Context;
        PtxVariable[] returns = Variables(reader, operands[0]);
        PtxVariable[] arguments = Variables(reader, operands[2]);
        int function = CallSite.Indirect;
        if (target.Kind == PtxOperandKind.Symbol)
        {
            function = Find(reader, target.Name);
            if (function >= 0)
            {
                CheckShape(reader, target.Name, returns.Length, arguments.Length);
            }
        }
        else
        {
            op.A = reader.Operand(target, PtxType.U64);
        }
        op.Kind = OpKind.Call;
        op.Target = context.Kernel.Calls.Count;
        context.Kernel.Calls.Add(
            new CallSite(target.Name, function, returns, arguments, reader.Source.Line)
        );
    }

    private static int Find(InstructionReader reader, string name)
    {
        if (name is "vprintf" or "__assertfail")
        {
            return name == "vprintf" ? CallSite.Print : CallSite.Assert;
        }
        int index = reader.Layout.Context.Function(name);
        return index >= 0
            ? index
            : throw new PtxException(reader.Source.Line, name, "an unresolved external function");
    }

    private static void CheckShape(
        InstructionReader reader,
        string name,
        int returns,
        int arguments
    )
    {
        PtxFunction callee = reader.Layout.Context.Module.Functions[name];
        if (callee.Parameters.Count != arguments || callee.Returns.Count != returns)
        {
            throw reader.Fail(
                $"{name} takes {callee.Parameters.Count} and returns {callee.Returns.Count} values"
            );
        }
    }

    private static PtxVariable[] Variables(InstructionReader reader, PtxOperand list)
    {
        var found = new PtxVariable[list.Items.Length];
        for (int i = 0; i < found.Length; i++)
        {
            PtxVariable? variable = list.Items[i].Variable;
            if (variable is null || !reader.Layout.IsLocal(variable))
            {
                throw reader.Fail("calls take .param variables");
            }
            found[i] = variable;
        }
        return found;
    }

    public static void DecodeBranch(InstructionReader reader, ref Op op)
    {
        reader.Expect(2);
        _ = reader.Has("uni");
        PtxOperand table = reader.Source.Operands[1];
        if (
            !reader.Has("idx")
            || !reader.Layout.Source.Targets.TryGetValue(table.Name, out string[]? labels)
        )
        {
            throw reader.Fail("a list of .branchtargets expected");
        }
        op.Kind = OpKind.IndexedBranch;
        op.A = reader.Operand(0, PtxType.U32);
        op.Target = reader.Layout.Context.Kernel.Tables.Count;
        int line = reader.Source.Line;
        int[] targets = [.. labels.Select(label => reader.Layout.Label(label, line))];
        reader.Layout.Context.Kernel.Tables.Add(targets);
    }
}

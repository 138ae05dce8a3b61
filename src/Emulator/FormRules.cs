namespace Robustness.Emulator;

/// <summary>Modifiers that must stand there: an instruction without them is refused.</summary>
internal static class FormRules
{
    private static readonly string[] Directions = ["rn", "rz", "rm", "rp"];
    private static readonly string[] Integral = ["rni", "rzi", "rmi", "rpi"];

    /// <summary>Refuses a decoded instruction in which a needed modifier is missing.</summary>
    public static void Check(InstructionReader reader)
    {
        string[] parts = reader.Parts;
        bool typed = parts.Skip(1).Any(part => PtxTypes.TryParse(part, out _));
        if (!typed)
        {
            return;
        }
        PtxType type = reader.Type();
        bool single = type is PtxType.F32 or PtxType.F64;
        switch (parts[0])
        {
            case "mul" or "mad" or "madc" when !PtxTypes.IsFloat(type):
                Demand(reader, ["lo", "hi", "wide"]);
                break;
            case "fma":
                Demand(reader, Directions);
                break;
            case "div" or "rcp" or "sqrt" when single:
                Demand(reader, [.. Directions, "approx", "full"]);
                break;
            case "ex2" or "lg2" or "sin" or "cos" or "tanh" or "rsqrt":
                Demand(reader, ["approx"]);
                break;
            case "and" or "or" or "xor" or "not" or "cnot" or "popc" or "clz" or "brev":
                if (type != PtxType.Pred && !PtxTypes.Name(type).StartsWith('b'))
                {
                    throw reader.Fail("the type is .b16, .b32 or .b64");
                }
                break;
            case "setp"
            or "set"
                when PtxTypes.Name(Last(parts)) is "b16" or "b32" or "b64"
                    && !parts.Contains("eq")
                    && !parts.Contains("ne"):
                throw reader.Fail("untyped bits compare with .eq and .ne only");
            case "cvt" when parts.Length > 2 && parts[1] != "pack":
                Conversion(reader, type);
                break;
            default:
                break;
        }
    }

    private static PtxType Last(string[] parts)
    {
        PtxType last = PtxType.Pred;
        foreach (string part in parts)
        {
            last = PtxTypes.TryParse(part, out PtxType type) ? type : last;
        }
        return last;
    }

    private static void Conversion(InstructionReader reader, PtxType to)
    {
        PtxType from = Last(reader.Parts);
        bool floats = PtxTypes.IsFloat(to) && PtxTypes.IsFloat(from);
        if (PtxTypes.IsFloat(from) && !PtxTypes.IsFloat(to))
        {
            Demand(reader, Integral);
        }
        else if (!PtxTypes.IsFloat(from) && PtxTypes.IsFloat(to))
        {
            Demand(reader, Directions);
        }
        else if (floats && to != from && PtxTypes.Size(to) <= PtxTypes.Size(from))
        {
            Demand(reader, [.. Directions, "rna"]);
        }
    }

    private static void Demand(InstructionReader reader, ReadOnlySpan<string> some)
    {
        foreach (string modifier in some)
        {
            if (Array.IndexOf(reader.Parts, modifier, 1) > 0)
            {
                return;
            }
        }
        string list = string.Join(", .", some.ToArray());
        throw reader.Fail($"one of .{list} must be given");
    }
}

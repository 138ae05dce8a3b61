namespace Robustness.Emulator;

/// <summary>Scalar types of PTX.</summary>
public enum PtxType : byte
{
    Pred,
    B8,
    U8,
    S8,
    B16,
    U16,
    S16,
    F16,
    BF16,
    B32,
    U32,
    S32,
    F32,
    TF32,
    F16x2,
    BF16x2,
    B64,
    U64,
    S64,
    F64,
    B128,

    // Only instructions name these; registers and variables hold them as bits.
    U16x2,
    S16x2,
    S4,
    U4,
    B1,
}

/// <summary>Facts about scalar types.</summary>
internal static class PtxTypes
{
    private static readonly Dictionary<string, PtxType> Names = Enum.GetValues<PtxType>()
        .ToDictionary(type => Name(type));

    public static bool TryParse(string name, out PtxType type) => Names.TryGetValue(name, out type);

    public static string Name(PtxType type) => type.ToString().ToLowerInvariant();

    /// <summary>Bytes in memory; 0 for predicates.</summary>
    public static int Size(PtxType type) =>
        type switch
        {
            PtxType.Pred => 0,
            <= PtxType.S8 => 1,
            <= PtxType.BF16 => 2,
            <= PtxType.BF16x2 => 4,
            <= PtxType.F64 => 8,
            PtxType.U16x2 or PtxType.S16x2 => 4,
            PtxType.S4 or PtxType.U4 or PtxType.B1 => 1,
            _ => 16,
        };

    /// <summary>Whether registers and variables can have the type.</summary>
    public static bool IsStored(PtxType type) => type < PtxType.B128;

    public static bool IsSigned(PtxType type) =>
        type is PtxType.S8 or PtxType.S16 or PtxType.S32 or PtxType.S64;

    public static bool IsFloat(PtxType type) =>
        type
            is PtxType.F16
                or PtxType.BF16
                or PtxType.F32
                or PtxType.TF32
                or PtxType.F64
                or PtxType.F16x2
                or PtxType.BF16x2;
}

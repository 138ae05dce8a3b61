using Robustness.Compute;

namespace Robustness.Models;

/// <summary>How a model's weights and the operands of its products are stored.</summary>
public enum Precision
{
    /// <summary>IEEE single.</summary>
    F32,

    /// <summary>bfloat16, rounded to nearest, ties to even; sums stay f32.</summary>
    Bf16,
}

/// <summary>The names of a precision.</summary>
public static class Precisions
{
    /// <summary>As study files and options name them.</summary>
    public static IReadOnlyList<(string Name, Precision Value)> Names { get; } =
    [("f32", Precision.F32), ("bf16", Precision.Bf16)];

    /// <summary>Its name there.</summary>
    public static string Name(this Precision precision) =>
        Names.First(n => n.Value == precision).Name;

    /// <summary>The type that weight matrices are stored in.</summary>
    public static DataType Storage(this Precision precision) =>
        precision == Precision.Bf16 ? DataType.BFloat16 : DataType.Float32;
}

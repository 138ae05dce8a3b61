using System.Runtime.CompilerServices;

namespace Robustness.Compute;

/// <summary>The storage type of a tensor's elements.</summary>
public enum DataType
{
    /// <summary>IEEE single.</summary>
    Float32,

    /// <summary>Upper half of an IEEE single.</summary>
    BFloat16,

    /// <summary>IEEE double.</summary>
    Float64,

    /// <summary>Signed 32-bit: token ids, labels.</summary>
    Int32,
}

/// <summary>Sizes of the storage types.</summary>
public static class DataTypes
{
    /// <summary>Bytes of one element.</summary>
    public static int ByteSize(this DataType type) =>
        type switch
        {
            DataType.BFloat16 => 2,
            DataType.Float64 => 8,
            _ => 4,
        };

    /// <summary>Throws, naming the operation, when an operand has another type.</summary>
    public static void MustBe(
        DataType found,
        DataType expected,
        [CallerMemberName] string operation = ""
    )
    {
        if (found != expected)
        {
            throw new ArgumentException(
                $"{operation}: a tensor holds {found}, but {expected} is asked for."
            );
        }
    }
}

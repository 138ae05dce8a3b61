namespace Robustness.Backends.Cpu;

/// <summary>
/// Rows of a kernel's register tile, as a type: each count is compiled by itself.
/// </summary>
internal interface IRowCount
{
    /// <summary>Rows.</summary>
    static abstract int Count { get; }
}

/// <summary>One row.</summary>
internal readonly struct Rows1 : IRowCount
{
    public static int Count => 1;
}

/// <summary>Two rows.</summary>
internal readonly struct Rows2 : IRowCount
{
    public static int Count => 2;
}

/// <summary>Three rows.</summary>
internal readonly struct Rows3 : IRowCount
{
    public static int Count => 3;
}

/// <summary>Four rows.</summary>
internal readonly struct Rows4 : IRowCount
{
    public static int Count => 4;
}

/// <summary>Five rows.</summary>
internal readonly struct Rows5 : IRowCount
{
    public static int Count => 5;
}

/// <summary>Six rows: the full tile.</summary>
internal readonly struct Rows6 : IRowCount
{
    public static int Count => 6;
}

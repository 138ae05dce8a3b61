namespace Robustness.Backends.Cpu;

/// <summary>
/// One call of an inner loop: C = Start + A·B over K terms. Strides are in elements. A and B may
/// be packed or lie where the caller has them; only the strides differ.
/// </summary>
internal unsafe struct GemmTile
{
    /// <summary>Terms of each sum.</summary>
    public int K;

    /// <summary>First row, first term.</summary>
    public float* A;

    /// <summary>From one row of A to the next.</summary>
    public nint ARow;

    /// <summary>From one term of A to the next.</summary>
    public nint ACol;

    /// <summary>First term; the tile's columns are adjacent.</summary>
    public float* B;

    /// <summary>From one term of B to the next.</summary>
    public nint BRow;

    /// <summary>What the accumulators start from: zeros, or C itself.</summary>
    public float* Start;

    /// <summary>From one row of Start to the next; 0 for zeros.</summary>
    public nint StartRow;

    /// <summary>Where the sums go.</summary>
    public float* C;

    /// <summary>From one row of C to the next.</summary>
    public nint CRow;

    /// <summary>Added to every row of sums, or null.</summary>
    public float* Bias;

    /// <summary>Added after the bias, or null; may be C.</summary>
    public float* Residual;

    /// <summary>From one row of Residual to the next.</summary>
    public nint ResidualRow;

    /// <summary>Rows that are wanted soon, fetched while the sums are made, or null.</summary>
    public float* Ahead;

    /// <summary>From one row of Ahead to the next.</summary>
    public nint AheadRow;
}

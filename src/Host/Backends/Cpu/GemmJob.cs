using Robustness.Compute;

namespace Robustness.Backends.Cpu;

/// <summary>
/// A matrix product with its layout resolved into strides: element (m, k) of A is at
/// A[m · ARow + k · ACol], element (k, n) of B at B[k · BRow + n · BCol].
/// </summary>
internal unsafe struct GemmJob
{
    /// <summary>Rows of C.</summary>
    public int M;

    /// <summary>Columns of C.</summary>
    public int N;

    /// <summary>Terms of each sum.</summary>
    public int K;

    /// <summary>Left operand.</summary>
    public float* A;

    /// <summary>From one row of A to the next.</summary>
    public nint ARow;

    /// <summary>From one term of A to the next.</summary>
    public nint ACol;

    /// <summary>Right operand, or its panels.</summary>
    public float* B;

    /// <summary>From one term of B to the next; the panel's width when packed.</summary>
    public nint BRow;

    /// <summary>From one column of B to the next.</summary>
    public nint BCol;

    /// <summary>B holds panels of all K terms, one after the other.</summary>
    public bool BIsPacked;

    /// <summary>The product.</summary>
    public float* C;

    /// <summary>From one row of C to the next.</summary>
    public nint CRow;

    /// <summary>Start from C's elements.</summary>
    public bool Accumulate;

    /// <summary>[N] or null.</summary>
    public float* Bias;

    /// <summary>Apply GELU.</summary>
    public bool Gelu;

    /// <summary>[M, N], out, or null.</summary>
    public float* PreActivation;

    /// <summary>From one row of PreActivation to the next.</summary>
    public nint PreActivationRow;

    /// <summary>[M, N] or null; may be C.</summary>
    public float* Residual;

    /// <summary>From one row of Residual to the next.</summary>
    public nint ResidualRow;

    /// <summary>Something is left to do with A·B before it is C.</summary>
    public readonly bool HasEpilogue =>
        Bias != null || Gelu || PreActivation != null || Residual != null;

    /// <summary>Takes over C and what is done to the product; checks the shapes.</summary>
    public static GemmJob Create(Tensor c, int m, int n, int k, in GemmEpilogue epilogue)
    {
        c.Shape.MustBe(new Shape(m, n));
        var job = new GemmJob
        {
            M = m,
            N = n,
            K = k,
            C = c.Floats,
            CRow = c.RowStride,
            Accumulate = epilogue.Accumulate,
            Gelu = epilogue.Gelu,
        };
        if (!epilogue.Bias.IsNone)
        {
            epilogue.Bias.Shape.MustBe(new Shape(n));
            job.Bias = epilogue.Bias.Floats;
        }
        if (!epilogue.PreActivation.IsNone)
        {
            epilogue.PreActivation.Shape.MustBe(new Shape(m, n));
            job.PreActivation = epilogue.PreActivation.Floats;
            job.PreActivationRow = epilogue.PreActivation.RowStride;
        }
        if (!epilogue.Residual.IsNone)
        {
            epilogue.Residual.Shape.MustBe(new Shape(m, n));
            job.Residual = epilogue.Residual.Floats;
            job.ResidualRow = epilogue.Residual.RowStride;
        }
        if (job.Accumulate && job.HasEpilogue)
        {
            throw new ArgumentException("An accumulating product takes no other epilogue.");
        }
        return job;
    }

    /// <summary>Rows first .. first + count - 1 as a product of its own.</summary>
    public readonly GemmJob Rows(int first, int count)
    {
        var part = this;
        part.M = count;
        part.A += first * ARow;
        part.C += first * CRow;
        part.PreActivation += PreActivation == null ? 0 : first * PreActivationRow;
        part.Residual += Residual == null ? 0 : first * ResidualRow;
        return part;
    }

    /// <summary>Columns first .. first + count - 1; first begins a panel.</summary>
    public readonly GemmJob Columns(int first, int count)
    {
        var part = this;
        part.N = count;
        part.B += BIsPacked ? (nint)first * K : first * BCol;
        part.C += first;
        part.Bias += Bias == null ? 0 : first;
        part.PreActivation += PreActivation == null ? 0 : first;
        part.Residual += Residual == null ? 0 : first;
        return part;
    }
}

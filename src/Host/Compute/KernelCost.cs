namespace Robustness.Compute;

/// <summary>
/// Bytes and FLOPs of each operation, as data: the least memory traffic (each input read once,
/// each output written once) and the arithmetic done (multiply and add count one each, as do
/// exp, erf, division and square root). FLOPs are sums over rows, so a launch costs what its
/// parts cost. A table or weight counts by the type that it is stored in, f32 unless said.
/// </summary>
/// <param name="Bytes">Least bytes moved.</param>
/// <param name="Flops">Operations.</param>
public readonly record struct KernelCost(long Bytes, long Flops)
{
    private const int F32 = 4;

    /// <summary>Component-wise sum.</summary>
    public static KernelCost operator +(KernelCost a, KernelCost b) => a.Plus(b);

    /// <summary>Component-wise sum.</summary>
    public KernelCost Plus(KernelCost other) => new(Bytes + other.Bytes, Flops + other.Flops);

    /// <summary>N rows of width C copied from the table.</summary>
    public static KernelCost EmbeddingForward(long n, long c, DataType stored = DataType.Float32) =>
        new((F32 * ((n * c) + n)) + (stored.ByteSize() * n * c), 0);

    /// <summary>N rows added to the table's gradient.</summary>
    public static KernelCost EmbeddingBackward(long n, long c) =>
        new(F32 * ((3 * n * c) + n), n * c);

    /// <summary>Mean, variance, normalise, scale and shift: 8 operations an element.</summary>
    public static KernelCost LayerNormForward(long n, long c) =>
        new(F32 * ((2 * n * c) + (2 * n) + (2 * c)), 8 * n * c);

    /// <summary>
    /// Two row sums, the input gradient and its addition: 12 operations an element.
    /// </summary>
    public static KernelCost LayerNormBackward(long n, long c, bool parameters) =>
        new(
            F32 * ((4 * n * c) + (2 * n) + (parameters ? 5 * c : c)),
            (parameters ? 15 : 12) * n * c
        );

    /// <summary>Mean square, scale by rstd and gamma: 4 operations an element.</summary>
    public static KernelCost RmsNormForward(long n, long c) =>
        new(F32 * ((2 * n * c) + n + c), 4 * n * c);

    /// <summary>A row sum, the input gradient and its addition: 9 operations an element.</summary>
    public static KernelCost RmsNormBackward(long n, long c, bool parameters) =>
        new(F32 * ((4 * n * c) + n + (parameters ? 3 * c : c)), (parameters ? 12 : 9) * n * c);

    /// <summary>R elements of each of the heads turn: 6 operations a pair.</summary>
    public static KernelCost RotaryForward(long n, long heads, long rotaryDimensions) =>
        new(F32 * 3 * n * heads * rotaryDimensions, 3 * n * heads * rotaryDimensions);

    /// <summary>As <see cref="RotaryForward"/>.</summary>
    public static KernelCost RotaryBackward(long n, long heads, long rotaryDimensions) =>
        RotaryForward(n, heads, rotaryDimensions);

    /// <summary>x · Φ(x): scale, erf, add, two products; one more for the bias.</summary>
    public static KernelCost GeluForward(long n, long c, bool bias) =>
        new(F32 * ((2 * n * c) + (bias ? c : 0)), (bias ? 6 : 5) * n * c);

    /// <summary>Φ, φ and two products.</summary>
    public static KernelCost GeluBackward(long n, long c) => new(F32 * 3 * n * c, 10 * n * c);

    /// <summary>Sigmoid and two products: 5 operations an element.</summary>
    public static KernelCost SwigluForward(long n, long c) => new(F32 * 3 * n * c, 5 * n * c);

    /// <summary>Sigmoid, its slope and both gradients: 11 operations an element.</summary>
    public static KernelCost SwigluBackward(long n, long c) => new(F32 * 5 * n * c, 11 * n * c);

    /// <summary>One addition an element.</summary>
    public static KernelCost ResidualForward(long n, long c) => new(F32 * 3 * n * c, n * c);

    /// <summary>One addition an element.</summary>
    public static KernelCost BiasBackward(long n, long c) => new(F32 * ((n * c) + (2 * c)), n * c);

    /// <summary>2·M·N·K, and the epilogue's passes over [M, N].</summary>
    public static KernelCost Gemm(long m, long n, long k, in GemmEpilogue epilogue)
    {
        long output = m * n;
        long bytes = (m * k) + (k * n) + output;
        long flops = 2 * output * k;
        if (epilogue.Accumulate)
        {
            bytes += output;
        }
        if (!epilogue.Bias.IsNone)
        {
            bytes += n;
            flops += output;
        }
        if (epilogue.Gelu)
        {
            flops += 5 * output;
        }
        if (!epilogue.PreActivation.IsNone)
        {
            bytes += output;
        }
        if (!epilogue.Residual.IsNone)
        {
            bytes += output;
            flops += output;
        }
        return new(F32 * bytes, flops);
    }

    /// <summary>A weight read and written once.</summary>
    public static KernelCost GemmPack(long n, long k) => new(F32 * 2 * n * k, 0);

    /// <summary>As <see cref="Gemm"/>.</summary>
    public static KernelCost GemmPacked(long m, long n, long k, in GemmEpilogue epilogue) =>
        Gemm(m, n, k, epilogue);

    /// <summary>
    /// Causal half only: a query at position p meets p + 1 keys; each costs 2·D for the score,
    /// 5 for scale, maximum, exp and sums, and 2·D for the value.
    /// </summary>
    /// <param name="pairs">
    /// Sum over queries of the keys they see (<see cref="AttentionPairs"/>).
    /// </param>
    /// <param name="rows">Queries.</param>
    /// <param name="heads">H.</param>
    /// <param name="headSize">D.</param>
    public static KernelCost AttentionForward(long pairs, long rows, long heads, long headSize) =>
        new(F32 * 4 * rows * heads * headSize, pairs * heads * ((4 * headSize) + 5));

    /// <summary>
    /// Scores again, dP, dV, dQ, dK: 10·D a pair, and 6 for the softmax gradient.
    /// </summary>
    public static KernelCost AttentionBackward(long pairs, long rows, long heads, long headSize) =>
        new(F32 * 8 * rows * heads * headSize, pairs * heads * ((10 * headSize) + 6));

    /// <summary>Query-key pairs of one segment for the rows of a set.</summary>
    public static long AttentionPairs(in Segment segment, RowSet rows)
    {
        long last = segment.CachedLength + (long)segment.RowCount;
        long queries = rows == RowSet.All ? segment.RowCount : segment.ReadCount;
        // The queries sit at the last positions: last-queries+1 .. last keys each.
        return (queries * last) - (queries * (queries - 1) / 2);
    }

    /// <summary>Keys and values of N rows copied.</summary>
    public static KernelCost CacheWrite(long n, long width) => new(F32 * 4 * n * width, 0);

    /// <summary>Random words: integers only.</summary>
    public static KernelCost PhiloxWords(long n) => new(F32 * n, 0);

    /// <summary>Four bytes become two.</summary>
    public static KernelCost Bf16Round(long count) => new(6 * count, 0);

    /// <summary>Two bytes become four.</summary>
    public static KernelCost Bf16Widen(long count) => new(6 * count, 0);

    /// <summary>As <see cref="Gemm"/> with operands of two bytes.</summary>
    public static KernelCost GemmBf16(long m, long n, long k, in GemmEpilogue epilogue)
    {
        var (bytes, flops) = Gemm(m, n, k, epilogue);
        return new(bytes - (2 * ((m * k) + (k * n))), flops);
    }

    /// <summary>M rows copied.</summary>
    public static KernelCost GatherReadRows(long m, long c) => new(F32 * 2 * m * c, 0);

    /// <summary>M rows added.</summary>
    public static KernelCost ScatterReadRows(long m, long c) => new(F32 * 3 * m * c, m * c);

    /// <summary>M rows against V rows.</summary>
    public static KernelCost LogitsForward(
        long m,
        long v,
        long c,
        DataType stored = DataType.Float32
    ) => new((F32 * ((m * c) + (m * v))) + (stored.ByteSize() * v * c), 2 * m * v * c);

    /// <summary>Logits by tiles, their maximum, exponentials and sum.</summary>
    public static KernelCost CrossEntropyForward(
        long m,
        long v,
        long c,
        DataType stored = DataType.Float32
    ) =>
        new(
            (F32 * ((m * c) + (4 * m))) + (stored.ByteSize() * v * c),
            (2 * m * v * c) + (3 * m * v)
        );

    /// <summary>Logits, softmax minus one-hot, and one or two more products.</summary>
    public static KernelCost CrossEntropyBackward(
        long m,
        long v,
        long c,
        bool table,
        DataType stored = DataType.Float32
    ) =>
        new(
            (F32 * ((2 * m * c) + ((table ? 2 : 0) * v * c) + (5 * m)))
                + (stored.ByteSize() * v * c),
            ((table ? 6 : 4) * m * v * c) + (5 * m * v)
        );

    /// <summary>M rows against the classes.</summary>
    public static KernelCost ClassifierForward(
        long m,
        long classes,
        long c,
        DataType stored = DataType.Float32
    ) => LogitsForward(m, classes, c, stored);

    /// <summary>One or two products.</summary>
    public static KernelCost ClassifierBackward(
        long m,
        long classes,
        long c,
        bool weight,
        DataType stored = DataType.Float32
    ) =>
        new(
            (F32 * (((weight ? 2 : 1) * m * c) + ((weight ? 2 : 0) * classes * c) + (m * classes)))
                + (stored.ByteSize() * classes * c),
            (weight ? 4 : 2) * m * classes * c
        );

    /// <summary>A softmax of a few classes.</summary>
    public static KernelCost ClassificationLoss(long m, long classes) =>
        new(F32 * ((2 * m * classes) + (4 * m)), 5 * m * classes);

    /// <summary>One product and one addition an element.</summary>
    public static KernelCost SumOfSquares(long count) => new(F32 * count, 2 * count);

    /// <summary>14 operations an element.</summary>
    public static KernelCost AdamW(long count) => new(F32 * 7 * count, 14 * count);

    /// <summary>
    /// Moments, scaled update, its mean square and the step: 12 operations an element.
    /// </summary>
    public static KernelCost Adafactor(long rows, long columns) =>
        new(F32 * ((4 * rows * columns) + (2 * (rows + columns))), 12 * rows * columns);

    /// <summary>A rows against V rows and one comparison each.</summary>
    public static KernelCost TokenGradientTopK(
        long a,
        long v,
        long c,
        long k,
        DataType stored = DataType.Float32
    ) =>
        new(
            (F32 * ((a * c) + v + (a * k))) + (stored.ByteSize() * v * c),
            (2 * a * v * c) + (a * v)
        );

    /// <summary>A key for every item of the pool.</summary>
    public static KernelCost CandidateSample(long rows, long poolSize, long chosen) =>
        new(F32 * rows * (chosen + (2 * poolSize)), 0);
}

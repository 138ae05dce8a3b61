using Robustness.Numerics;

namespace Robustness.Compute;

/// <summary>
/// The operations of the engine, one method each, on one device. Outputs come first, then
/// inputs, then sizes and scalars. Shapes are checked here and nowhere below. f32 unless stated.
/// Gradients of parameters are added to (+=); gradients of activations are overwritten unless
/// the text says "added". None as a parameter gradient means: not wanted.
/// Same inputs give the same bits for any number of threads and any cut of the rows.
/// The table or weight of a head may be bf16: then the other operand of every product with it, and
/// both operands of its gradient, are rounded as by <see cref="ILayerOperations.Bf16Round"/>.
/// </summary>
public interface IBackend : ILayerOperations
{
    /// <summary>x [rows, heads x D], in place: turns each head by its row's position.</summary>
    void RotaryForward(Tensor x, Segments segments, RowSet rows, RotaryTable table);

    /// <summary>dX [rows, heads x D], in place: turns back by the same angles.</summary>
    void RotaryBackward(Tensor dX, Segments segments, RowSet rows, RotaryTable table);

    /// <summary>
    /// Causal attention over segments and their cached prefixes, scale 1/√D.
    /// o [rows, H x D]; lse [rows, H] or None: log-sum-exp of the scaled scores, for backward.
    /// q [rows, H x D] of the row set; k, v [N, K x D] of all rows; H is a multiple of K.
    /// </summary>
    void AttentionForward(
        Tensor o,
        Tensor lse,
        Tensor q,
        Tensor k,
        Tensor v,
        Segments segments,
        RowSet rows,
        KeyValueCache? cache,
        int layer,
        int headSize
    );

    /// <summary>
    /// dQ [rows, H x D], dK, dV [N, K x D], overwritten; no gradient goes to the cache.
    /// </summary>
    void AttentionBackward(
        Tensor dQ,
        Tensor dK,
        Tensor dV,
        Tensor dO,
        Tensor o,
        Tensor lse,
        Tensor q,
        Tensor k,
        Tensor v,
        Segments segments,
        RowSet rows,
        KeyValueCache? cache,
        int layer,
        int headSize
    );

    /// <summary>
    /// Writes k, v [N, K x D] of every segment with a slot to that slot, from its cached length on.
    /// </summary>
    void CacheWrite(KeyValueCache cache, int layer, Tensor k, Tensor v, Segments segments);

    /// <summary>y [M, C] = the read rows of x [N, C].</summary>
    void GatherReadRows(Tensor y, Tensor x, Segments segments);

    /// <summary>dX [N, C]: the read rows are added dY [M, C]; other rows stay.</summary>
    void ScatterReadRows(Tensor dX, Tensor dY, Segments segments);

    /// <summary>
    /// logits [M, V] = hidden [M, C] · tableᵀ, table [V, C]: only for those who ask.
    /// </summary>
    void LogitsForward(Tensor logits, Tensor hidden, Tensor table);

    /// <summary>
    /// loss [M] (f64) = -log softmax(hidden · tableᵀ) at targets [M] (i32); logits are never
    /// stored. correct [M] (i32) or None: 1 where the target is the arg max (lower id on ties).
    /// </summary>
    void CrossEntropyForward(
        Tensor loss,
        Tensor correct,
        Tensor hidden,
        Tensor table,
        Tensor targets
    );

    /// <summary>
    /// The loss [M] (f64) of <see cref="CrossEntropyForward"/> and, in the same pass, the
    /// gradients of Σ scale[m] · loss[m]: dHidden [M, C] overwritten, dTable [V, C] += or None.
    /// </summary>
    void CrossEntropyBackward(
        Tensor loss,
        Tensor dHidden,
        Tensor dTable,
        Tensor hidden,
        Tensor table,
        Tensor targets,
        Tensor scale
    );

    /// <summary>logits [M, classes] = hidden [M, C] · weightᵀ, weight [classes, C].</summary>
    void ClassifierForward(Tensor logits, Tensor hidden, Tensor weight);

    /// <summary>dHidden [M, C] overwritten; dWeight [classes, C] += or None.</summary>
    void ClassifierBackward(
        Tensor dHidden,
        Tensor dWeight,
        Tensor dLogits,
        Tensor hidden,
        Tensor weight
    );

    /// <summary>
    /// loss [M] (f64) = cross-entropy of logits [M, classes] at labels [M] (i32);
    /// dLogits [M, classes] or None: scale[m] · (softmax - onehot); scale [M].
    /// </summary>
    void ClassificationLoss(
        Tensor loss,
        Tensor dLogits,
        Tensor logits,
        Tensor labels,
        Tensor scale
    );

    /// <summary>Σ x², in double, in fixed chunks of 4096 elements.</summary>
    double SumOfSquares(Tensor x);

    /// <summary>One update of weight, m, v from gradient, all of one shape.</summary>
    void AdamW(Tensor weight, Tensor m, Tensor v, Tensor gradient, in AdamWStep step);

    /// <summary>
    /// One update. Matrix [R, S]: rowMoment [R], columnMoment [S]. Vector [n]: rowMoment [n],
    /// columnMoment None.
    /// </summary>
    void Adafactor(
        Tensor weight,
        Tensor rowMoment,
        Tensor columnMoment,
        Tensor gradient,
        in AdafactorStep step
    );

    /// <summary>
    /// ids [A, k] (i32) = for every attack token the k vocabulary ids of most negative
    /// g = dEmbedding [A, C] · tableᵀ, table [V, C], ascending, ties by lower id;
    /// banned [V] (i32): non-zero ids are never proposed. g is never stored whole.
    /// values [A, k] or None: their gradients.
    /// </summary>
    void TokenGradientTopK(
        Tensor ids,
        Tensor values,
        Tensor dEmbedding,
        Tensor table,
        Tensor banned
    );

    /// <summary>
    /// chosen [B, S] (i32): for each row id, S of poolSize without replacement, in the order of
    /// <see cref="Sampling.WithoutReplacement"/> with (key, t, row id).
    /// </summary>
    void CandidateSample(
        Tensor chosen,
        ReadOnlySpan<long> rowIds,
        int poolSize,
        StreamKey key,
        uint t
    );
}

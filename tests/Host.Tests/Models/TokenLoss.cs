using Robustness.Compute;
using Robustness.Models;

namespace Robustness.Tests.Models;

/// <summary>One sequence through a model and back.</summary>
internal static class TokenLoss
{
    /// <summary>[T x C] after the final norm.</summary>
    public static float[] Hidden(IBackend backend, Transformer transformer, Arena arena, int[] ids)
    {
        arena.Rewind(default);
        var segments = new Segments();
        segments.Add(ids.Length, ids.Length);
        var hidden = transformer.Forward(arena, Upload(backend, arena, ids), segments);
        var values = new float[hidden.Count];
        backend.Download(values.AsSpan(), hidden);
        return values;
    }

    /// <summary>Gradients of the summed loss; the caller disposes them.</summary>
    public static ParameterSet Gradients(
        IBackend backend,
        ModelParameters model,
        int[] ids,
        int[] targets
    )
    {
        using var transformer = new Transformer(backend, model, frozen: false);
        using var arena = new Arena(backend);
        var gradients = new ParameterSet(backend, model.Config);
        gradients.Clear(backend);
        var segments = new Segments();
        segments.Add(ids.Length, ids.Length);
        var kept = new ActivationStore();
        var hidden = transformer.Forward(arena, Upload(backend, arena, ids), segments, keep: kept);
        var dHidden = arena.Allocate(hidden.Shape);
        var scale = arena.Allocate(ids.Length);
        var ones = new float[ids.Length];
        Array.Fill(ones, 1f);
        backend.Upload<float>(scale, ones);
        backend.CrossEntropyBackward(
            arena.Allocate(new Shape(ids.Length), DataType.Float64),
            dHidden,
            gradients.Unembedding,
            hidden,
            transformer.Weights.Unembedding,
            Upload(backend, arena, targets),
            scale
        );
        transformer.Backward(arena, dHidden, segments, kept, gradients: gradients);
        return gradients;
    }

    private static Tensor Upload(IBackend backend, Arena arena, int[] ids)
    {
        var tensor = arena.Allocate(new Shape(ids.Length), DataType.Int32);
        backend.Upload<int>(tensor, ids);
        return tensor;
    }
}

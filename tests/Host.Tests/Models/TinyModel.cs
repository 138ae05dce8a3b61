using Robustness.Backends.Cpu;
using Robustness.Compute;
using Robustness.Models;
using Robustness.Numerics;

namespace Robustness.Tests.Models;

/// <summary>Small models with weights large enough that nothing is flat.</summary>
internal static class TinyModel
{
    public static readonly ModelConfig Config = new()
    {
        VocabularySize = 41,
        Width = 24,
        LayerCount = 3,
        HeadCount = 2,
        ContextLength = 256,
        RotaryBase = 100,
        RotaryShare = 0.5,
        Initialization = Initialization.FanIn,
    };

    public static ModelParameters Create(IBackend backend, ModelConfig? config = null)
    {
        var model = ModelParameters.Create(backend, config ?? Config, 11, "test");
        // Biases, norms and the head away from their trivial starting values.
        foreach (var named in model.Weights.All)
        {
            var values = model.Export(named);
            var draws = new Philox(StreamKey.Create(3, "perturb/" + named.Name, ""), 0, 0);
            foreach (ref float value in values.AsSpan())
            {
                value += (float)(0.1 * draws.NextNormal());
            }
            model.Import(named, values);
        }
        return model;
    }

    public static CpuBackend Backend(int threads = 1, int bits = 0) =>
        new(threads, bits == 0 ? VectorWidth.Widest : bits);

    public static int[] Ids(int count, ulong row)
    {
        var draws = new Philox(StreamKey.Create(1, "ids", ""), 0, row);
        var ids = new int[count];
        foreach (ref int id in ids.AsSpan())
        {
            id = (int)draws.NextBelow((uint)Config.VocabularySize);
        }
        return ids;
    }
}

using Robustness.Numerics;

namespace Robustness.Tests.Compute;

/// <summary>Inputs of contract tests: fixed streams, one per name.</summary>
public static class Draws
{
    /// <summary>Standard normal values.</summary>
    public static float[] Normal(string name, int count)
    {
        var draws = new Philox(StreamKey.Create(7, "contract/" + name, ""), 0, 0);
        var values = new float[count];
        foreach (ref float value in values.AsSpan())
        {
            value = (float)draws.NextNormal();
        }
        return values;
    }
}

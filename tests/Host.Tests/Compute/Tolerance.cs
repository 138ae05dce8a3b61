using NUnit.Framework;

namespace Robustness.Tests.Compute;

/// <summary>
/// The tolerance of every contract: the largest error against the definition in double is at
/// most a multiple of that of the plain loop in f32, plus one unit in the last place of the
/// largest output.
/// </summary>
public static class Tolerance
{
    /// <summary>Of outputs.</summary>
    public const double Forward = 2;

    /// <summary>Of gradients.</summary>
    public const double Backward = 3;

    /// <summary>Fails when the error is larger.</summary>
    public static void Check(
        string name,
        ReadOnlySpan<float> found,
        ReadOnlySpan<double> exact,
        ReadOnlySpan<double> naive,
        double multiple
    )
    {
        Assert.That(found.Length, Is.EqualTo(exact.Length), name);
        var (ours, theirs, largest) = (0.0, 0.0, 0.0);
        for (int i = 0; i < exact.Length; i++)
        {
            Assert.That(float.IsFinite(found[i]), Is.True, $"{name}[{i}] is {found[i]}");
            ours = Math.Max(ours, Math.Abs(found[i] - exact[i]));
            theirs = Math.Max(theirs, Math.Abs(naive[i] - exact[i]));
            largest = Math.Max(largest, Math.Abs(exact[i]));
        }
        double unit = MathF.BitIncrement((float)largest) - (float)largest;
        Assert.That(ours, Is.LessThanOrEqualTo((multiple * theirs) + unit), name);
    }
}

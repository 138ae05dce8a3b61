using NUnit.Framework;
using Robustness.Study;

namespace Robustness.Tests.Study;

/// <summary>A list that was interrupted anywhere ends with the same items.</summary>
[TestFixture]
public sealed class SavedListTests
{
    [FsCheck.NUnit.Property(MaxTest = 40)]
    public bool InterruptionsChangeNothing(byte count, byte[] stops)
    {
        using var folder = new TemporaryFolder();
        foreach (byte stop in stops ?? [])
        {
            try
            {
                List(folder).Complete(count, (f, n) => Squares(f, n, stop), _ => { });
            }
            catch (OperationCanceledException)
            {
                // The next one goes on.
            }
        }
        var items = List(folder).Complete(count, (f, n) => Squares(f, n, int.MaxValue), _ => { });
        return items.SequenceEqual(Enumerable.Range(0, count).Select(i => (double)i * i));
    }

    [Test]
    public void WhatWasSavedIsNotComputedAgain()
    {
        using var folder = new TemporaryFolder();
        Interrupt(folder, 100, stopAt: 30);
        var firsts = new List<int>();

        var items = List(folder)
            .Complete(
                100,
                (first, count) =>
                {
                    firsts.Add(first);
                    return Squares(first, count, int.MaxValue);
                },
                _ => { }
            );

        Assert.That(firsts[0], Is.EqualTo(24), "8 and 16 items were whole");
        Assert.That(items, Has.Count.EqualTo(100));
    }

    [TestCase("{")]
    [TestCase("null")]
    [TestCase("""{ "first": 0, "items": [1, 2, 3], "hash": "0" }""")]
    public void ADamagedPieceIsComputedAgain(string text)
    {
        using var folder = new TemporaryFolder();
        Interrupt(folder, 100, stopAt: 30);
        File.WriteAllText(folder.Of("squares-00000000.json"), text);

        var items = List(folder).Complete(100, (f, n) => Squares(f, n, int.MaxValue), _ => { });

        Assert.That(items, Is.EqualTo(Enumerable.Range(0, 100).Select(i => (double)i * i)));
    }

    private static SavedList<double> List(TemporaryFolder folder) =>
        new(folder.Path, "squares", TimeProvider.System);

    private static void Interrupt(TemporaryFolder folder, int count, int stopAt) =>
        Assert.That(
            () => List(folder).Complete(count, (f, n) => Squares(f, n, stopAt), _ => { }),
            Throws.InstanceOf<OperationCanceledException>()
        );

    private static double[] Squares(int first, int count, int stopAt) =>
        first + count > stopAt
            ? throw new OperationCanceledException()
            : [.. Enumerable.Range(first, count).Select(i => (double)i * i)];
}

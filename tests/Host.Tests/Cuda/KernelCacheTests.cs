using NUnit.Framework;
using Robustness.Backends.Cuda;

namespace Robustness.Tests.Cuda;

/// <summary>
/// The cache of compiled kernels: whole or absent, damaged entries are made again.
/// </summary>
[TestFixture]
public sealed class KernelCacheTests
{
    [Test]
    public void ATextIsMadeOnce()
    {
        using var folder = new TemporaryFolder();
        int made = 0;
        var cache = new KernelCache(folder.Of("cache"), Assert.Fail);
        string Make() => $"text {++made}";
        Assert.That(cache.GetOrMake("a", Make), Is.EqualTo("text 1"));
        Assert.That(cache.GetOrMake("a", Make), Is.EqualTo("text 1"));
        Assert.That(cache.GetOrMake("b", Make), Is.EqualTo("text 2"));
        Assert.That(Directory.GetFiles(folder.Of("cache")), Has.Length.EqualTo(2));
    }

    [TestCase("")]
    [TestCase("not a hash")]
    [TestCase("0000000000000000000000000000000000000000000000000000000000000000\ntext")]
    public void ADamagedEntryIsSaidAndMadeAgain(string damage)
    {
        using var folder = new TemporaryFolder();
        var said = new List<string>();
        var cache = new KernelCache(folder.Path, said.Add);
        _ = cache.GetOrMake("a", () => "text");
        File.WriteAllText(folder.Of("a.ptx"), damage);
        Assert.That(cache.GetOrMake("a", () => "text"), Is.EqualTo("text"));
        Assert.That(said, Has.Count.EqualTo(1));
        Assert.That(said[0], Does.Contain("a.ptx: the cached kernels are damaged"));
        Assert.That(cache.GetOrMake("a", () => "other"), Is.EqualTo("text"));
    }

    [Test]
    public void AFolderThatCannotBeWrittenIsSaidOnce()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.Of("file"), "");
        var said = new List<string>();
        var cache = new KernelCache(folder.Of("file/cache"), said.Add);
        Assert.That(cache.GetOrMake("a", () => "text"), Is.EqualTo("text"));
        Assert.That(cache.GetOrMake("b", () => "text"), Is.EqualTo("text"));
        Assert.That(said.Where(line => line.Contains("cannot be written")), Has.Exactly(1).Items);
    }

    [Test]
    public void ManyWritersLeaveOneWholeEntry()
    {
        using var folder = new TemporaryFolder();
        string text = new('x', 200_000);
        Parallel.For(
            0,
            16,
            _ =>
            {
                var cache = new KernelCache(
                    folder.Path,
                    line => throw new InvalidDataException(line)
                );
                Assert.That(cache.GetOrMake("a", () => text), Is.EqualTo(text));
            }
        );
        Assert.That(Directory.GetFiles(folder.Path), Has.Length.EqualTo(1));
    }

    [Test]
    public void KeysDependOnEveryPartAndItsPlace()
    {
        string[] keys =
        [
            KernelCache.Key("a", "b"),
            KernelCache.Key("b", "a"),
            KernelCache.Key("ab"),
            KernelCache.Key("a", "b", ""),
        ];
        Assert.That(keys, Is.Unique);
    }
}

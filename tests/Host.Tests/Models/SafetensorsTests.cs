using NUnit.Framework;
using Robustness.Models;

namespace Robustness.Tests.Models;

/// <summary>What is written is read; what is broken is said.</summary>
public sealed class SafetensorsTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("safetensors").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, true);

    [Test]
    public void TensorsSurviveARoundTrip()
    {
        string path = Path.Combine(_folder, "x.safetensors");
        Safetensors.Write(
            path,
            [("a", [2, 3], [1, -2, 3.5f, float.Epsilon, 0, 7]), ("b.c", [1], [float.MaxValue])]
        );
        var read = Safetensors.Read(path);
        Assert.That(read.Keys, Is.EquivalentTo(new[] { "a", "b.c" }));
        Assert.That(read["a"].Shape, Is.EqualTo(new[] { 2, 3 }));
        Assert.That(read["a"].Values, Is.EqualTo(new[] { 1, -2, 3.5f, float.Epsilon, 0, 7 }));
    }

    [TestCase(4)]
    [TestCase(20)]
    [TestCase(90)]
    public void ATruncatedFileIsAnErrorThatNamesTheFile(int byteCount)
    {
        string path = Path.Combine(_folder, "x.safetensors");
        Safetensors.Write(path, [("a", [2, 3], [1, 2, 3, 4, 5, 6])]);
        byte[] whole = File.ReadAllBytes(path);
        File.WriteAllBytes(path, whole[..Math.Min(byteCount, whole.Length - 1)]);
        Assert.That(
            () => Safetensors.Read(path),
            Throws.TypeOf<InvalidDataException>().With.Message.StartsWith(path)
        );
    }

    [Test]
    public void AnotherElementTypeIsNamed()
    {
        string path = Path.Combine(_folder, "x.safetensors");
        string header = """{"a":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}}""";
        using (var file = new BinaryWriter(File.Create(path)))
        {
            file.Write((long)header.Length);
            file.Write(header.ToCharArray());
            file.Write((short)0);
        }
        Assert.That(
            () => Safetensors.Read(path),
            Throws.TypeOf<InvalidDataException>().With.Message.Contains("dtype F16")
        );
    }
}

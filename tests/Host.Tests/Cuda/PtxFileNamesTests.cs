using NUnit.Framework;
using Robustness.Backends.Cuda;

namespace Robustness.Tests.Cuda;

/// <summary>Compiled code carries no paths of the machine that compiled it.</summary>
[TestFixture]
public sealed class PtxFileNamesTests
{
    [TestCase("/a/b/x.cu", "x.cu")]
    [TestCase("/a/b/inc/x.cuh", "inc/x.cuh")]
    [TestCase("/c/y.cuh", "y.cuh")]
    [TestCase("/elsewhere/z.cuh", "z.cuh")]
    public void NamesAreRelativeToTheFirstFolderThatFits(string path, string name)
    {
        string ptx = $"\t.file\t1 \"{path}\"\n\tret; // \"{path}\"\n";
        string expected = $"\t.file\t1 \"{name}\"\n\tret; // \"{path}\"\n";
        Assert.That(PtxFileNames.Relative(ptx, ["/a/b", "/c"], "m.cu"), Is.EqualTo(expected));
    }

    [Test]
    public void TheProgramKeepsItsName()
    {
        string path = Path.Combine(Directory.GetCurrentDirectory(), "sub/m.cu");
        string ptx = $"\t.file\t1 \"{path}\"\n";
        string named = PtxFileNames.Relative(ptx, [Path.GetPathRoot(path)!], "sub/m.cu");
        Assert.That(named, Is.EqualTo("\t.file\t1 \"sub/m.cu\"\n"));
    }
}

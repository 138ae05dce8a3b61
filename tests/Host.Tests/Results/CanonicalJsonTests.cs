using System.Text.Json.Nodes;
using NUnit.Framework;
using Robustness.Results;

namespace Robustness.Tests.Results;

/// <summary>Equal values give equal text, and the text reads back to the same value.</summary>
[TestFixture]
public sealed class CanonicalJsonTests
{
    [Test]
    public void MembersAreSortedAndNumbersShortest()
    {
        var node = JsonNode.Parse("""{ "b": [1.0, 2.50, 1e-7, true, null], "a": "ü\n<" }""");

        Assert.That(
            CanonicalJson.Write(node),
            Is.EqualTo("""{"a":"ü\n<","b":[1,2.5,1E-07,true,null]}""")
        );
    }

    [Test]
    public void WholeNumbersOf128BitsKeepTheirDigits()
    {
        var node = new JsonObject { ["flops"] = JsonText.ToNode(UInt128.MaxValue) };

        Assert.That(
            CanonicalJson.Write(node),
            Is.EqualTo("""{"flops":340282366920938463463374607431768211455}""")
        );
    }

    [FsCheck.NUnit.Property(MaxTest = 200)]
    public bool OrderOfMembersDoesNotMatter(Dictionary<string, double> values)
    {
        var finite = values.Where(v => v.Key is not null && double.IsFinite(v.Value)).ToList();
        var forward = new JsonObject(finite.Select(Member));
        var backward = new JsonObject(Enumerable.Reverse(finite).Select(Member));

        return CanonicalJson.Hash(forward) == CanonicalJson.Hash(backward);
    }

    [FsCheck.NUnit.Property(MaxTest = 200)]
    public bool TheTextReadsBackToItself(Dictionary<string, double> values, string text)
    {
        var finite = values.Where(v => v.Key is not null && double.IsFinite(v.Value));
        var node = new JsonObject(finite.Select(Member)) { ["text"] = text };
        string once = CanonicalJson.Write(node);

        return CanonicalJson.Write(JsonNode.Parse(once)) == once;
    }

    [Test]
    public void OneSettingChangesTheKey()
    {
        var key = RunKey.Create("pretraining", new JsonObject { ["steps"] = 10 });

        Assert.That(RunKey.IsKey(key.Hex), Is.True);
        Assert.That(key.RunId, Is.EqualTo(key.Hex[..16]));
        Assert.That(
            RunKey.Create("pretraining", new JsonObject { ["steps"] = 11 }),
            Is.Not.EqualTo(key)
        );
        Assert.That(
            RunKey.Create("evaluation", new JsonObject { ["steps"] = 10 }),
            Is.Not.EqualTo(key)
        );
    }

    private static KeyValuePair<string, JsonNode?> Member(KeyValuePair<string, double> v) =>
        new(v.Key, v.Value);
}

using System.IO.Compression;
using System.Text.Json;
using NUnit.Framework;
using Robustness.Tests.Data;
using Robustness.Tokens;

namespace Robustness.Tests.Tokens;

/// <summary>Published tokenizers against recorded encodings of mixed and random texts.</summary>
[TestFixture("gpt2")]
[TestFixture("pythia")]
[TestFixture("qwen2.5")]
public sealed class TokenizerVectorTests(string family)
{
    [Test]
    public void EncodesAndDecodesEveryText()
    {
        Tokenizer tokenizer = Tokenizer.Load(OptionalData.Require($"tokenizers/{family}"));
        int rows = 0;
        foreach (JsonElement row in Rows("encode"))
        {
            string text = row.GetProperty("text").GetString()!;
            int[] ids = Ids(row, "ids");
            string decoded = row.TryGetProperty("decoded", out JsonElement other)
                ? other.GetString()!
                : text;
            Assert.That(tokenizer.Encode(text), Is.EqualTo(ids), text);
            Assert.That(tokenizer.Decode(ids, skipSpecial: false), Is.EqualTo(decoded));
            rows++;
        }
        Assert.That(rows, Is.GreaterThan(2000));
    }

    [Test]
    public void TellsWhichRandomIdsSurviveAsText()
    {
        Tokenizer tokenizer = Tokenizer.Load(OptionalData.Require($"tokenizers/{family}"));
        int survivors = 0;
        foreach (JsonElement row in Rows("roundtrip"))
        {
            int[] ids = Ids(row, "ids");
            int[] before = Ids(row, "before_ids");
            int[] after = Ids(row, "after_ids");
            string text = row.GetProperty("text").GetString()!;
            Assert.That(tokenizer.Decode(ids, skipSpecial: false), Is.EqualTo(text));
            int[] reencoded = Ids(row, "reencoded");
            Assert.That(tokenizer.Encode(text), Is.EqualTo(reencoded));
            string full =
                row.GetProperty("before").GetString() + text + row.GetProperty("after").GetString();
            int[] fullIds = Ids(row, "full_ids");
            Assert.That(tokenizer.Encode(full), Is.EqualTo(fullIds));
            bool survives =
                ids.SequenceEqual(reencoded)
                && fullIds.SequenceEqual([.. before, .. ids, .. after]);
            Assert.That(tokenizer.Reencodes(before, ids, after), Is.EqualTo(survives), full);
            survivors += survives ? 1 : 0;
        }
        Assert.That(survivors, Is.GreaterThan(100));
    }

    private IEnumerable<JsonElement> Rows(string kind)
    {
        string path = OptionalData.Require($"tokenizer-vectors/{family}.{kind}.jsonl.gz");
        using var stream = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var reader = new StreamReader(stream);
        foreach (string line in reader.ReadToEnd().Split('\n'))
        {
            if (line.Length > 0)
            {
                using JsonDocument document = JsonDocument.Parse(line);
                yield return document.RootElement.Clone();
            }
        }
    }

    private static int[] Ids(JsonElement row, string field) =>
        [.. row.GetProperty(field).EnumerateArray().Select(id => id.GetInt32())];
}

using System.Text.Json;
using NUnit.Framework;
using Robustness.Data;

namespace Robustness.Tests.Data;

/// <summary>
/// With the published word list the procedural sets are the paper's, bit for bit.
/// </summary>
public sealed class PublishedRowsTests
{
    [TestCase("password-match", "PasswordMatch")]
    [TestCase("word-length", "WordLength")]
    public void RowsHaveTheRecordedSignatures(string task, string recorded)
    {
        string recording = OptionalData.Require("numpy-vectors/vectors.json");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(recording));
        JsonElement splits = document
            .RootElement.GetProperty("datasets")
            .GetProperty(recorded)
            .GetProperty("splits");
        var settings = new TaskSettings
        {
            Name = task,
            WordsPath = OptionalData.Require("words/words.txt"),
        };
        Dataset data = TaskCatalog.Create(settings).Load(null);
        Check(data.Train, splits.GetProperty("train").GetProperty("after_shuffle"));
        Check(data.Validation, splits.GetProperty("validation").GetProperty("after_shuffle"));
    }

    private static void Check(IReadOnlyList<Example> rows, JsonElement expected)
    {
        foreach (JsonElement prefix in expected.GetProperty("prefixes").EnumerateArray())
        {
            int count = prefix.GetProperty("rows").GetInt32();
            Assert.That(
                ProceduralTaskTests.Digest(rows.Take(count)),
                Is.EqualTo(prefix.GetProperty("sha256").GetString())
            );
        }
        Assert.That(
            ProceduralTaskTests.Digest(rows),
            Is.EqualTo(expected.GetProperty("sha256").GetString())
        );
    }
}

using System.Security.Cryptography;
using System.Text;
using NUnit.Framework;
using Robustness.Data;

namespace Robustness.Tests.Data;

/// <summary>
/// PasswordMatch and WordLength on generated words: what their rows must be like.
/// </summary>
public sealed class ProceduralTaskTests
{
    [Test]
    public void PasswordMatchPairsStayInOneSplit()
    {
        Dataset data = Load("password-match", InstructionStyle.Short);
        Assert.That(data.ClassNames, Is.EqualTo(new[] { " DENIED", " GRANTED" }));
        Assert.That(data.Train.Count(row => row.Label == 1), Is.EqualTo(12500));
        Assert.That(data.Validation.Count(row => row.Label == 1), Is.EqualTo(12500));
        HashSet<string> trained = [.. data.Train.Select(row => Words(row).First)];
        Assert.That(trained, Has.Count.EqualTo(12500));
        Assert.That(data.Validation.Any(row => trained.Contains(Words(row).First)), Is.False);
        foreach (Example row in data.Train)
        {
            (string first, string second) = Words(row);
            Assert.That(row.Label == 1, Is.EqualTo(first == second), row.Text);
        }
    }

    [Test]
    public void WordLengthCallsTheFirstLongerWhenEqual()
    {
        Dataset data = Load("word-length", InstructionStyle.Short);
        Assert.That(data.ClassNames, Is.EqualTo(new[] { " FIRST", " SECOND" }));
        foreach (Example row in data.Validation)
        {
            (string first, string second) = Words(row);
            Assert.That(row.Label == 0, Is.EqualTo(first.Length >= second.Length), row.Text);
        }
    }

    [TestCase("password-match", "Same?\nSystem: ", "\n---\n\n\nAnswer:")]
    [TestCase("word-length", "Longer?\nWord 1: ", "\n---\n\n\nAnswer:")]
    public void ShortPromptsLeaveOneOverwritableChunk(string task, string start, string end)
    {
        Example row = Load(task, InstructionStyle.Short).Train[7];
        Assert.That(row.RowId, Is.EqualTo(7));
        Assert.That(row.Text, Does.StartWith(start).And.EndsWith(end));
        Assert.That(row.Attackable, Is.EqualTo(new Chunk(ChunkKind.Overwritable, "")));
        Assert.That(row.Before + row.After, Is.EqualTo(row.Text));
        Assert.That(row.TextWith("@&"), Does.EndWith("---\n@&\n\nAnswer:"));
    }

    [Test]
    public void ShortPromptsFitSixtyFourBytesWithAnAttackOnAverage()
    {
        Dataset data = Load("password-match", InstructionStyle.Short);
        Assert.That(data.Train.Average(row => row.Text.Length + 10), Is.LessThan(64));
    }

    [Test]
    public void TheFirstRowsAreTaken()
    {
        var settings = new TaskSettings
        {
            Name = "word-length",
            TrainCount = 10,
            ValidationCount = 0,
        };
        Dataset data = TaskCatalog.Create(settings).Load(null);
        Dataset all = TaskCatalog.Create(settings with { TrainCount = null }).Load(null);
        Assert.That(
            data.Train.Select(row => row.Text),
            Is.EqualTo(all.Train.Take(10).Select(row => row.Text))
        );
        Assert.That(data.Validation, Is.Empty);
        Assert.That(
            data.Report.Splits[0].ToString(),
            Is.EqualTo("train: 25000 rows from generated words, seed 0; the first 10 of 25000 used")
        );
        Assert.That(
            () => TaskCatalog.Create(settings with { TrainCount = 25001 }).Load(null),
            Throws.TypeOf<DataException>().With.Message.Contains("allowed are 0 to 25000")
        );
    }

    /// <summary>
    /// Any change of words, draws or order must be on purpose: it changes all results.
    /// </summary>
    [TestCase("password-match", "6f55c294f144d33ba18b90e40c13b0988bd34126c3f4c60e2e4a8b6075d683b8")]
    [TestCase("word-length", "63fc6aeeea09a63083412ecff312c84bb912f0b2ba5f36f9ca20af144ff10b87")]
    public void RowsOnGeneratedWordsNeverChange(string task, string expected)
    {
        Dataset data = Load(task, InstructionStyle.Short);
        Assert.That(Digest([.. data.Train, .. data.Validation]), Is.EqualTo(expected));
    }

    [Test]
    public void AnUnknownTaskNamesTheKnownOnes()
    {
        Assert.That(
            () => TaskCatalog.Create(new TaskSettings { Name = "pasword-match" }),
            Throws
                .TypeOf<DataException>()
                .With.Message.EqualTo(
                    "task \"pasword-match\" is unknown; allowed: "
                        + "password-match, word-length, text-classification."
                )
        );
    }

    internal static string Digest(IEnumerable<Example> rows)
    {
        string text = string.Concat(rows.Select(row => $"{row.Chunks[1].Text}\0{row.Label}\n"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    private static Dataset Load(string task, InstructionStyle style) =>
        TaskCatalog.Create(new TaskSettings { Name = task, Instructions = style }).Load(null);

    private static (string First, string Second) Words(Example row)
    {
        string[] lines = row.Chunks[1].Text.Split('\n');
        return (lines[0].Split(": ")[1], lines[1].Split(": ")[1]);
    }
}

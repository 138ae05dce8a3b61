using NUnit.Framework;
using Robustness.Data;
using Robustness.Tests.Data;
using Robustness.Tokens;

namespace Robustness.Tests.Tokens;

/// <summary>What the loader takes from a file, and what it refuses with which words.</summary>
public sealed class TokenizerReaderTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory().FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestCase("\"BPE\"", "\"Unigram\"", "model.type is \"Unigram\"")]
    [TestCase("\"normalizer\": null", "\"normalizer\": {\"type\": \"NFKC\"}", "normalizer.type is")]
    [TestCase("\"add_prefix_space\": false", "\"add_prefix_space\": true", "add_prefix_space is")]
    [TestCase("\"lstrip\": false", "\"lstrip\": true", "added_tokens lstrip is \"true\"")]
    [TestCase("\"merges\"", "\"merge\"", "member merges is absent")]
    [TestCase("\"Ġ\": 33", "\"ĠĠ\": 33", "byte 32 has no entry; all bytes of UTF-8 need one.")]
    [TestCase(
        "\"!\": 34",
        "\"!\": -1",
        "entry \"!\" has id -1; ids are integers from 0 to 9999999."
    )]
    [TestCase("\"!\": 34", "\"!!\": 34", "byte 33 has no entry")]
    [TestCase("\"model\": {", "\"model\": 3, \"m\": {", "member type is absent")]
    [TestCase("\"special\": true", "\"special\": 1", "the tokenizer is malformed: ")]
    [TestCase("\"e x\"", "\"q qq\"", "the tokenizer is malformed: ")]
    [TestCase("\"version\": \"1.0\",", "\"version\": \"1.0\"", ", line 3: malformed JSON.")]
    public void FaultsAreNamed(string good, string bad, string message)
    {
        string path = Path.Combine(_folder, "tokenizer.json");
        BpeTrainer.Train("some text, some text", 260).Save(path);
        string json = File.ReadAllText(path).Replace("\\u0120", "Ġ", StringComparison.Ordinal);
        Assert.That(json, Does.Contain(good));
        File.WriteAllText(path, json.Replace(good, bad, StringComparison.Ordinal));
        Assert.That(
            () => Tokenizer.Load(path),
            Throws
                .TypeOf<DataException>()
                .With.Message.StartsWith(path)
                .And.Message.Contains(message)
        );
    }

    [Test]
    public void MissingFilesAreNamed()
    {
        Assert.That(
            () => Tokenizer.Load(_folder),
            Throws.TypeOf<DataException>().With.Message.Contains("vocab.json and merges.txt")
        );
        string path = Path.Combine(_folder, "absent.json");
        Assert.That(
            () => Tokenizer.Load(path),
            Throws.TypeOf<DataException>().With.Message.EqualTo($"{path}: there is no such file.")
        );
    }

    [TestCase("pythia", 50277, 50254, 2)]
    [TestCase("qwen2.5", 151665, 151643, 14)]
    [TestCase("gpt2", 50257, 50257, 1)]
    public void SizesOfThePublishedFamilies(string family, int all, int drawn, int specials)
    {
        Tokenizer tokenizer = Tokenizer.Load(OptionalData.Require($"tokenizers/{family}"));
        Assert.That(tokenizer.VocabularySize, Is.EqualTo(all));
        Assert.That(tokenizer.BaseVocabularySize, Is.EqualTo(drawn));
        Assert.That(tokenizer.SpecialIds, Has.Count.EqualTo(specials));
        int[] mask = tokenizer.BannedMask(all + 100);
        Assert.That(mask[tokenizer.EndOfTextId], Is.EqualTo(1));
        Assert.That(mask[^100..], Is.All.EqualTo(1));
        Assert.That(mask.Sum(), Is.EqualTo(specials + 100));
    }

    [TestCase("pythia")]
    [TestCase("qwen2.5")]
    [TestCase("gpt2")]
    public void PublishedFamiliesAreSavedWhole(string family)
    {
        Tokenizer tokenizer = Tokenizer.Load(OptionalData.Require($"tokenizers/{family}"));
        tokenizer.Save(Path.Combine(_folder, "tokenizer.json"));
        Tokenizer saved = Tokenizer.Load(_folder);
        const string Text = "don't  12345 e\u0301\r\n\n <|endoftext|>\t    x \U0001D49C!";
        Assert.That(saved.Encode(Text), Is.EqualTo(tokenizer.Encode(Text)));
        Assert.That(saved.BaseVocabularySize, Is.EqualTo(tokenizer.BaseVocabularySize));
        Assert.That(saved.SpecialIds, Is.EqualTo(tokenizer.SpecialIds));
    }

    /// <summary>
    /// A floor far below what was measured (11 MB/s and more): it finds blunders.
    /// </summary>
    [Test]
    public void EncodesAMegabyteASecond()
    {
        Tokenizer tokenizer = Tokenizer.Load(OptionalData.Require("tokenizers/pythia"));
        string path = OptionalData.Require("imdb/test.jsonl.gz");
        string text = TextFile.Read(path)[..1_000_000];
        double best = double.MaxValue;
        for (int attempt = 0; attempt < 3; attempt++)
        {
            long start = TimeProvider.System.GetTimestamp();
            Assert.That(tokenizer.CountTokens(text), Is.GreaterThan(100_000));
            best = Math.Min(best, TimeProvider.System.GetElapsedTime(start).TotalSeconds);
        }
        Assert.That(best, Is.LessThan(1));
    }

    [TestCase("password-match", 80, 87)]
    [TestCase("word-length", 80, 87)]
    public void PaperPromptsHaveThePapersLength(string task, int least, int most)
    {
        Tokenizer tokenizer = Tokenizer.Load(OptionalData.Require("tokenizers/pythia"));
        var settings = new TaskSettings
        {
            Name = task,
            WordsPath = OptionalData.Require("words/words.txt"),
            TrainCount = 1000,
        };
        Dataset data = TaskCatalog.Create(settings).Load(null);
        double mean = data.Train.Average(row => tokenizer.CountTokens(row.TextWith("@&@&@&@&@&")));
        Assert.That(mean, Is.InRange(least, most));
    }
}

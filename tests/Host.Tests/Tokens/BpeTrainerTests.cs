using NUnit.Framework;
using Robustness.Data;
using Robustness.Tokens;

namespace Robustness.Tests.Tokens;

/// <summary>Byte-pair merges learned from small texts.</summary>
public sealed class BpeTrainerTests
{
    private const string Text = "low low low lower lower newest newest newest newest widest";

    [Test]
    public void MergesTheCommonestPairFirst()
    {
        // "we" occurs 6 times: in newest and in lower; "es" and "st" only 5.
        BytePairTokenizer tokenizer = BpeTrainer.Train(Text, BpeTrainer.SmallestVocabulary + 1);
        int first = tokenizer.VocabularySize - 1;
        Assert.That(tokenizer.Decode([first]), Is.EqualTo("we"));
        Assert.That(tokenizer.Encode("west"), Does.Contain(first));
    }

    [Test]
    public void StopsWhenNoPairOccursTwice()
    {
        BytePairTokenizer tokenizer = BpeTrainer.Train("abcd", 1000);
        Assert.That(tokenizer.VocabularySize, Is.EqualTo(BpeTrainer.SmallestVocabulary));
        Assert.That(
            () => BpeTrainer.Train(Text, 256),
            Throws.TypeOf<ArgumentOutOfRangeException>()
        );
    }

    [Test]
    public void FrequentWordsBecomeOneToken()
    {
        BytePairTokenizer tokenizer = BpeTrainer.Train(Text, 400);
        Assert.That(tokenizer.Encode(" newest"), Has.Length.EqualTo(1));
        Assert.That(tokenizer.Encode(" low"), Has.Length.EqualTo(1));
    }

    [Test]
    public void SavedTokenizersReadBackTheSame()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        string path = Path.Combine(folder, "tokenizer.json");
        BytePairTokenizer trained = BpeTrainer.Train(Text, 300);
        trained.Save(path);
        Tokenizer loaded = Tokenizer.Load(folder);
        Assert.That(Directory.GetFiles(folder), Is.EqualTo(new[] { path }), "nothing else is left");
        Assert.That(loaded.Encode(Text), Is.EqualTo(trained.Encode(Text)));
        Assert.That(loaded.VocabularySize, Is.EqualTo(trained.VocabularySize));
        Assert.That(loaded.EndOfTextId, Is.EqualTo(trained.EndOfTextId));
        string again = Path.Combine(folder, "again.json");
        loaded.Save(again);
        Assert.That(File.ReadAllBytes(again), Is.EqualTo(File.ReadAllBytes(path)));
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public void TrainingTwiceGivesTheSameTokenizer()
    {
        var grammar = new PretrainingGrammar(WordList.Generate(0, 500), new GrammarSettings());
        var source = new GrammarText(
            grammar,
            ByteTokenizer.Ascii,
            GrammarText.KeyFor(0, ""),
            64,
            1,
            0
        );
        var ids = new int[65];
        var weights = new float[64];
        var windows = new List<string>();
        for (int step = 0; step < 200; step++)
        {
            source.Fill(step, 0, ids, weights);
            windows.Add(ByteTokenizer.Ascii.Decode(ids));
        }
        string text = string.Concat(windows);
        int[] one = BpeTrainer.Train(text, 384).Encode(text);
        int[] two = BpeTrainer.Train(text, 384).Encode(text);
        Assert.That(one, Is.EqualTo(two));
        Assert.That(one, Has.Length.LessThan(text.Length * 2 / 3));
    }

    [FsCheck.NUnit.Property]
    public bool EveryTextComesBack(string? text)
    {
        BytePairTokenizer tokenizer = BpeTrainer.Train(Text, 280);
        string given = text ?? "";
        bool whole = !given.Any(char.IsSurrogate);
        return !whole || tokenizer.Decode(tokenizer.Encode(given), false) == given;
    }
}

using System.Security.Cryptography;
using System.Text;
using NUnit.Framework;
using Robustness.Data;
using Robustness.Tokens;

namespace Robustness.Tests.Data;

/// <summary>Windows depend on their place alone, and weigh what they should.</summary>
public sealed class PretrainingTextTests
{
    private const int Length = 64;
    private const int BatchSize = 16;

    private static readonly PretrainingGrammar Grammar = new(
        WordList.Generate(0),
        new GrammarSettings()
    );

    private static readonly ByteTokenizer Bytes = ByteTokenizer.Ascii;

    [Test]
    public void AnyWorkerMakesTheSameWindow()
    {
        GrammarText one = Text(Bytes);
        GrammarText two = Text(Bytes);
        _ = Window(two, 900, 3);
        Assert.That(Window(one, 500, 7), Is.EqualTo(Window(two, 500, 7)));
        Assert.That(Window(one, 500, 7).Text, Is.Not.EqualTo(Window(one, 500, 8).Text));
    }

    [Test]
    public void TheFirstQuarterCopies()
    {
        GrammarText text = Text(Bytes);
        for (int step = 0; step < 450; step++)
        {
            Assert.That(Window(text, step, 0).Weights, Is.All.EqualTo(1f));
        }
        int weighted = Enumerable
            .Range(450, 100)
            .Sum(step => Window(text, step, 0).Weights.Count(w => w > 1));
        Assert.That(weighted, Is.GreaterThan(300));
    }

    [Test]
    public void MarksAndNothingElseWeighMore()
    {
        GrammarText text = Text(Bytes);
        for (int step = 500; step < 600; step++)
        {
            (string window, float[] weights) = Window(text, step, 1);
            for (int j = 0; j < Length; j++)
            {
                bool mark = "YN+-".Contains(window[j + 1]) && " :".Contains(window[j]);
                Assert.That(weights[j], Is.EqualTo(mark ? 5f : 1f), window);
            }
        }
    }

    [Test]
    public void TokensOfABytePairTokenizerCarryTheirMarks()
    {
        var source = new StringBuilder();
        GrammarText bytes = Text(Bytes);
        for (int step = 450; step < 650; step++)
        {
            source.Append(Window(bytes, step, 0).Text);
        }
        BytePairTokenizer pairs = BpeTrainer.Train(source.ToString(), 384);
        GrammarText text = Text(pairs);
        var ids = new int[Length + 1];
        var weights = new float[Length];
        text.Fill(700, 2, ids, weights);
        for (int j = 0; j < Length; j++)
        {
            string before = pairs.Decode(ids.AsSpan(0, j + 1));
            string with = pairs.Decode(ids.AsSpan(0, j + 2));
            bool mark = Enumerable
                .Range(before.Length, with.Length - before.Length)
                .Any(c => "YN+-".Contains(with[c]) && " :".Contains(with[c - 1]));
            Assert.That(weights[j], Is.EqualTo(mark ? 5f : 1f), with);
        }
    }

    /// <summary>Any change of grammar or draws must be on purpose: it changes all models.</summary>
    [Test]
    public void WindowsNeverChange()
    {
        GrammarText text = Text(Bytes);
        string all = string.Concat(
            Enumerable.Range(0, 1800).Select(step => Window(text, step, step % BatchSize).Text)
        );
        Assert.That(
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all))),
            Is.EqualTo("a999a55b72627c8447c365463d6bcec353c1644f844f13592e3804ffac6dd1ed")
        );
    }

    [Test]
    public void FillingAllocatesNothing()
    {
        GrammarText text = Text(Bytes);
        var ids = new int[Length + 1];
        var weights = new float[Length];
        text.Fill(500, 0, ids, weights);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int row = 0; row < BatchSize; row++)
        {
            text.Fill(501, row, ids, weights);
        }
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void AFileIsVisitedWindowByWindowInEveryEpoch()
    {
        string path = Path.GetTempFileName();
        string content = string.Concat(Enumerable.Range(100, 90).Select(i => $"{i}."));
        File.WriteAllText(path, content);
        var text = new FileText(path, Bytes, FileText.KeyFor(0, ""), 8, 5);
        File.Delete(path);
        var seen = new HashSet<string>();
        var orders = new List<string>();
        for (int visit = 0; visit < 2 * 44; visit++)
        {
            var ids = new int[9];
            var weights = new float[8];
            text.Fill(visit / 5, visit % 5, ids, weights);
            string window = Bytes.Decode(ids);
            Assert.That(content.IndexOf(window, StringComparison.Ordinal) % 8, Is.Zero);
            Assert.That(weights, Is.All.EqualTo(1f));
            seen.Add(window);
            orders.Add(window);
        }
        Assert.That(seen, Has.Count.EqualTo(44));
        Assert.That(orders[..44], Is.Unique);
        Assert.That(orders[44..], Is.Unique);
        Assert.That(orders[..44].SequenceEqual(orders[44..]), Is.False);
    }

    [Test]
    public void AFileShorterThanAWindowIsRefused()
    {
        string path = Path.GetTempFileName();
        File.WriteAllText(path, "short");
        Assert.That(
            () => new FileText(path, Bytes, FileText.KeyFor(0, ""), 64, 16),
            Throws
                .TypeOf<DataException>()
                .With.Message.EqualTo($"{path}: 5 tokens found; one window takes 65.")
        );
        File.Delete(path);
    }

    [Test]
    public void ProbesAskForMarksThatTheLineDetermines()
    {
        IReadOnlyList<ProbeSet> sets = PretrainingProbe.Create(Grammar, Bytes, 0, 50, Length);
        Assert.That(
            sets.Select(set => set.Name),
            Is.EqualTo(new[] { "copy", "same", "compare", "record-same", "record-longer" })
        );
        foreach (ProbeSet set in sets)
        {
            Assert.That(set.Lines, Has.Count.EqualTo(50));
            Assert.That(set.Lines.Sum(line => line.Positions.Count), Is.GreaterThan(45));
            string allowed = set.Name switch
            {
                "same" or "record-same" => "YN",
                "compare" or "record-longer" => "+-",
                _ => "abcdefghijklmnopqrstuvwxyz",
            };
            foreach (ProbeLine line in set.Lines)
            {
                Assert.That(line.Ids, Has.Count.LessThanOrEqualTo(Length + 1));
                Assert.That(
                    line.Positions.Select(p => (char)line.Ids[p]).Distinct(),
                    Is.SubsetOf(allowed.ToCharArray())
                );
            }
        }
    }

    private static GrammarText Text(ITextEncoder encoder) =>
        new(Grammar, encoder, GrammarText.KeyFor(0, ""), Length, BatchSize, 1800);

    private static (string Text, float[] Weights) Window(GrammarText text, int step, int row)
    {
        var ids = new int[Length + 1];
        var weights = new float[Length];
        text.Fill(step, row, ids, weights);
        return (Bytes.Decode(ids), weights);
    }
}

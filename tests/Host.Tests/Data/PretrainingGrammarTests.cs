using NUnit.Framework;
using Robustness.Data;
using Robustness.Numerics;

namespace Robustness.Tests.Data;

/// <summary>The grammar's lines say what is true, and never what a task's prompt says.</summary>
public sealed class PretrainingGrammarTests
{
    private const int LineCount = 2000;

    private static readonly PretrainingGrammar Grammar = new(
        WordList.Generate(0),
        new GrammarSettings()
    );

    [Test]
    public void CopiedLinesRepeat()
    {
        foreach (LineKind kind in (LineKind[])[LineKind.Copy, LineKind.RandomCopy])
        {
            foreach ((string text, MarkKind[] marks) in Lines(kind))
            {
                string[] words = text.TrimEnd('\n').Split(' ');
                int period = words[0] == words[1] ? 1 : 2;
                Assert.That(words[period..], Is.EqualTo(words[..^period]), text);
                Assert.That(marks, Has.No.Member(MarkKind.Equality));
                int copied = words[period..].Sum(word => Math.Max(0, word.Length - 2));
                Assert.That(marks.Count(mark => mark == MarkKind.Copied), Is.EqualTo(copied), text);
            }
        }
    }

    [Test]
    public void SameLinesMarkRepeatsOfTheFirstWord()
    {
        int equal = 0;
        int all = 0;
        foreach ((string text, MarkKind[] marks) in Lines(LineKind.Same))
        {
            string[] parts = text.TrimEnd('\n').Split(' ');
            Assert.That(parts[1], Is.EqualTo("Y"));
            Assert.That(marks[parts[0].Length + 1], Is.EqualTo(MarkKind.Given));
            for (int word = 2; word < parts.Length; word += 2)
            {
                bool same = parts[word] == parts[0];
                Assert.That(parts[word + 1], Is.EqualTo(same ? "Y" : "N"), text);
                equal += same ? 1 : 0;
                all++;
            }
            Assert.That(
                marks.Count(mark => mark == MarkKind.Equality),
                Is.EqualTo((parts.Length / 2) - 1)
            );
        }
        Assert.That((double)equal / all, Is.InRange(0.47, 0.53));
    }

    [Test]
    public void CompareLinesMarkLongerWords()
    {
        foreach ((string text, MarkKind[] marks) in Lines(LineKind.Compare))
        {
            string[] parts = text.TrimEnd('\n').Split(' ');
            for (int word = 1; word < parts.Length; word += 2)
            {
                int before = word == 1 ? 0 : word - 2;
                bool longer = parts[word].Length > parts[before].Length;
                Assert.That(parts[word + 1], Is.EqualTo(longer ? "+" : "-"), text);
            }
            Assert.That(marks.Count(mark => mark == MarkKind.Length), Is.EqualTo(parts.Length / 2));
        }
    }

    [Test]
    public void RecordsMarkBothRelations()
    {
        foreach ((string text, MarkKind[] marks) in Lines(LineKind.Record))
        {
            string[] lines = text.Split('\n');
            Assert.That(lines[2..5], Is.EqualTo(new[] { "---", "", "" }));
            string[] first = lines[0].Split(": ");
            string[] second = lines[1].Split(": ");
            Assert.That(first[0], Is.Not.EqualTo(second[0]));
            Dictionary<string, string> fields = lines[5..7]
                .Select(line => line.Split(':'))
                .ToDictionary(field => field[0] is "Mark" or "Sign" ? "same" : "longer", f => f[1]);
            Assert.That(fields["same"], Is.EqualTo(first[1] == second[1] ? "Y" : "N"), text);
            bool longer = second[1].Length > first[1].Length;
            Assert.That(fields["longer"], Is.EqualTo(longer ? "+" : "-"), text);
            Assert.That(marks.Count(mark => mark != MarkKind.None), Is.EqualTo(2));
        }
    }

    [Test]
    public void NothingOfATasksPromptOccurs()
    {
        string[] forbidden =
        [
            "Answer",
            "System",
            "User",
            "Word ",
            "Same?",
            "Longer?",
            "GRANTED",
            "DENIED",
            "FIRST",
            "SECOND",
            "password",
        ];
        foreach (LineKind kind in Enum.GetValues<LineKind>())
        {
            string text = string.Concat(Lines(kind).Select(line => line.Text));
            foreach (string word in forbidden)
            {
                Assert.That(text, Does.Not.Contain(word));
            }
        }
    }

    [Test]
    public void TheMixFollowsItsWeights()
    {
        var counts = new int[5];
        var stream = new Philox(StreamKey.Create(1, "test", ""), 0, 0);
        for (int draw = 0; draw < 34000; draw++)
        {
            counts[(int)Grammar.DrawKind(ref stream, isCopyPhase: false)]++;
        }
        double[] expected = [2000, 4000, 10000, 6000, 12000];
        for (int kind = 0; kind < counts.Length; kind++)
        {
            Assert.That(
                counts[kind],
                Is.EqualTo(expected[kind]).Within(5).Percent.Or.EqualTo(expected[kind]).Within(250)
            );
        }
    }

    [Test]
    public void FaultySettingsAndWordsAreRefused()
    {
        WordList words = WordList.Generate(0, 10);
        Assert.That(
            () => new PretrainingGrammar(words, new GrammarSettings { ShortShare = 2 }),
            Throws.TypeOf<DataException>().With.Message.Contains("share of short strings")
        );
        string path = Path.GetTempFileName();
        File.WriteAllText(path, "gut\ngüte\n");
        Assert.That(
            () => new PretrainingGrammar(WordList.FromFile(path), new GrammarSettings()),
            Throws.TypeOf<DataException>().With.Message.Contains("\"güte\"")
        );
        File.Delete(path);
    }

    private static IEnumerable<(string Text, MarkKind[] Marks)> Lines(LineKind kind)
    {
        var text = new char[Grammar.LongestLine];
        var marks = new MarkKind[Grammar.LongestLine];
        var key = StreamKey.Create(7, "test", "");
        for (int line = 0; line < LineCount; line++)
        {
            var stream = new Philox(key, (uint)kind, (ulong)line);
            int length = Grammar.WriteLine(ref stream, kind, text, marks);
            yield return (new string(text, 0, length), marks[..length]);
        }
    }
}

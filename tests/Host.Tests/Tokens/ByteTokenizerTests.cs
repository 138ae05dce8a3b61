using NUnit.Framework;
using Robustness.Tokens;

namespace Robustness.Tests.Tokens;

/// <summary>One token a byte, in both vocabularies.</summary>
public sealed class ByteTokenizerTests
{
    private static readonly Tokenizer[] Both = [ByteTokenizer.Ascii, ByteTokenizer.Full];

    [TestCaseSource(nameof(Both))]
    public void IdsAreBytes(Tokenizer tokenizer)
    {
        Assert.That(tokenizer.Encode("Az\n ~"), Is.EqualTo(new[] { 65, 122, 10, 32, 126 }));
        Assert.That(tokenizer.Decode([65, 122, 10, 32, 126]), Is.EqualTo("Az\n ~"));
        Assert.That(tokenizer.ByteCount(65), Is.EqualTo(1));
    }

    [Test]
    public void SizesAndSpecialsAreAsDocumented()
    {
        Tokenizer ascii = ByteTokenizer.Ascii;
        Tokenizer full = ByteTokenizer.Full;
        Assert.That((ascii.VocabularySize, ascii.BaseVocabularySize), Is.EqualTo((128, 128)));
        Assert.That((full.VocabularySize, full.BaseVocabularySize), Is.EqualTo((257, 256)));
        Assert.That((ascii.EndOfTextId, ascii.PadId), Is.EqualTo((0, 0)));
        Assert.That((full.EndOfTextId, full.PadId), Is.EqualTo((256, 256)));
    }

    [TestCase("é", new[] { 63, 63 }, new[] { 0xC3, 0xA9 })]
    [TestCase("😀", new[] { 63, 63, 63, 63 }, new[] { 0xF0, 0x9F, 0x98, 0x80 })]
    [TestCase("\0", new[] { 63 }, new[] { 0 })]
    [TestCase("a<|endoftext|>", new[] { 97, 0 }, new[] { 97, 256 })]
    public void BytesBeyondAsciiAreUnknownOrThemselves(string text, int[] ascii, int[] full)
    {
        Assert.That(ByteTokenizer.Ascii.Encode(text), Is.EqualTo(ascii));
        Assert.That(ByteTokenizer.Full.Encode(text), Is.EqualTo(full));
        Assert.That(ByteTokenizer.Ascii.CountTokens(text), Is.EqualTo(ascii.Length));
        Assert.That(ByteTokenizer.Full.CountTokens(text), Is.EqualTo(full.Length));
    }

    [Test]
    public void HalfASurrogatePairIsTheReplacementCharacter()
    {
        Assert.That(ByteTokenizer.Ascii.Encode("\ud800"), Is.EqualTo(new[] { 63, 63, 63 }));
        Assert.That(ByteTokenizer.Full.Encode("\ud800"), Is.EqualTo(new[] { 0xEF, 0xBF, 0xBD }));
    }

    [Test]
    public void DecodingSkipsSpecialsWhenAsked()
    {
        Assert.That(ByteTokenizer.Full.Decode([65, 256, 66]), Is.EqualTo("AB"));
        Assert.That(ByteTokenizer.Full.Decode([65, 256, 66], false), Is.EqualTo("A<|endoftext|>B"));
        Assert.That(ByteTokenizer.Full.Decode([65, 999, -1]), Is.EqualTo("A"));
        Assert.That(ByteTokenizer.Full.Decode([0xC3, 65]), Is.EqualTo("\uFFFDA"));
    }

    [TestCaseSource(nameof(Both))]
    public void OnlyPrintableAsciiMayBeAttackedWith(Tokenizer tokenizer)
    {
        int[] mask = tokenizer.BannedMask(300);
        for (int id = 0; id < mask.Length; id++)
        {
            Assert.That(mask[id], Is.EqualTo(id is >= 32 and <= 126 ? 0 : 1), $"id {id}");
        }
    }

    [Test]
    public void EncodingIntoTooLittleRoomIsRefused()
    {
        var ids = new int[2];
        Assert.That(
            () => ByteTokenizer.Full.Encode("abc", ids.AsSpan()),
            Throws.ArgumentException.With.Message.Contains("more tokens")
        );
        Assert.That(ByteTokenizer.Full.Encode("ab", ids.AsSpan()), Is.EqualTo(2));
    }

    [TestCaseSource(nameof(Both))]
    public void SavedTokenizersReadBackAsThemselves(Tokenizer tokenizer)
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        tokenizer.Save(Path.Combine(folder, "tokenizer.json"));
        Assert.That(Tokenizer.Load(folder), Is.SameAs(tokenizer));
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public void TokensThatSpellTheEndOfTextDoNotSurvive()
    {
        Tokenizer tokenizer = ByteTokenizer.Ascii;
        int[] before = tokenizer.Encode("say <|end");
        int[] after = tokenizer.Encode("ext|> now");
        Assert.That(tokenizer.Reencodes(before, tokenizer.Encode("oft"), after), Is.False);
        Assert.That(tokenizer.Reencodes(before, tokenizer.Encode("of@"), after), Is.True);
    }

    /// <summary>The quick answer equals writing the text out and reading it again.</summary>
    [FsCheck.NUnit.Property(MaxTest = 500)]
    public bool TheQuickAnswerIsTheSlowOne(byte[] before, byte[] attack, byte[] after)
    {
        return Both.All(tokenizer =>
        {
            int[] left = Ids(tokenizer, before);
            int[] middle = Ids(tokenizer, attack);
            int[] right = Ids(tokenizer, after);
            string inserted = tokenizer.Decode(middle, false);
            string text = tokenizer.Decode(left, false) + inserted + tokenizer.Decode(right, false);
            bool slow =
                tokenizer.Encode(inserted).SequenceEqual(middle)
                && tokenizer.Encode(text).SequenceEqual([.. left, .. middle, .. right]);
            return tokenizer.Reencodes(left, middle, right) == slow;
        });
    }

    private static int[] Ids(Tokenizer tokenizer, byte[] values) =>
        [.. values.Select(value => value % tokenizer.VocabularySize)];
}

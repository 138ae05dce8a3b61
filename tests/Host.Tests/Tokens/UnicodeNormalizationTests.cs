using System.Security.Cryptography;
using System.Text;
using NUnit.Framework;
using Robustness.Tokens;

namespace Robustness.Tests.Tokens;

/// <summary>
/// Form NFC from our own tables against Unicode's rules and another implementation.
/// </summary>
public sealed class UnicodeNormalizationTests
{
    [TestCase("e\u0301", "\u00E9")] // composes
    [TestCase("\u212B", "\u00C5")] // a singleton
    [TestCase("\u0958", "\u0915\u093C")] // excluded from composition
    [TestCase("\u1112\u1161\u11AB", "\uD55C")] // Hangul
    [TestCase("\uAC00\u11A8", "\uAC01")] // an open syllable and a tail
    [TestCase("a\u0315\u0300", "\u00E0\u0315")] // reordered by combining class
    [TestCase("q\u0307\u0323", "q\u0323\u0307")] // reordered, nothing to compose
    [TestCase("\u1100\u1100\u1161", "\u1100\uAC00")]
    [TestCase("\U0001D15E", "\U0001D157\U0001D165")] // beyond the basic plane
    [TestCase("e\u0334\u0301", "\u00E9\u0334")] // a mark between of a lower class
    [TestCase("e\u0300\u0301", "\u00E8\u0301")] // the second is blocked
    [TestCase("caf\u00E9 \u201Cquoted\u201D", "caf\u00E9 \u201Cquoted\u201D")]
    public void TextTakesItsComposedForm(string text, string composed)
    {
        Assert.That(UnicodeNormalization.ToNfc(text).ToString(), Is.EqualTo(composed));
    }

    /// <summary>Digest: Python's unicodedata.normalize over the same strings, Unicode 14.</summary>
    [Test]
    public void EveryCharacterOfUnicodeAloneAndBeforeMarks()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int character = 1; character < 0xF0000; character++)
        {
            if (Rune.IsValid(character))
            {
                string text =
                    $"{new Rune(character)}\u0345\u0301\u0323 a{new Rune(character)}\u0308";
                hash.AppendData(
                    Encoding.UTF8.GetBytes(UnicodeNormalization.ToNfc(text).ToString())
                );
            }
        }
        Assert.That(
            Convert.ToHexStringLower(hash.GetHashAndReset()),
            Is.EqualTo("48ebafce244f6b9c9a2e0aeb57e68b749cb2e7b4e8f3b5770615070b9b80bb54")
        );
    }

    [FsCheck.NUnit.Property(MaxTest = 1000)]
    public bool NormalisingTwiceChangesNothing(string? text)
    {
        string once = UnicodeNormalization.ToNfc(text).ToString();
        return UnicodeNormalization.ToNfc(once).SequenceEqual(once);
    }
}

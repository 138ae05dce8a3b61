using NUnit.Framework;
using Robustness.Attacks;
using Robustness.Data;
using Robustness.Models;
using Robustness.Tests.Models;
using Robustness.Tokens;

namespace Robustness.Tests.Attacks;

/// <summary>
/// Candidates that have to be written as text and read again leave nothing behind, the pieces that
/// a byte-pair tokenizer had not met excepted: those are counted.
/// </summary>
[TestFixture]
public sealed class CandidateAllocationTests
{
    private const int WarmUp = 2;
    private const int Iterations = 10;
    private const int Searches = 3;

    // A list, an array or a string for each of 40 more candidates would take more.
    private const long OneObjectEach = 24 * 40 * Searches;

    [TestCase("Grüße aus Zürich: ", TestName = "ByteBeyondAscii")]
    [TestCase("\U0001F600 is ", TestName = "FourBytesOfOneCharacter")]
    public void ACandidateBesideTextBeyondAsciiAllocatesNothing(string before)
    {
        var once = Allocated(ByteTokenizer.Full, before, candidates: 40);
        var twice = Allocated(ByteTokenizer.Full, before, candidates: 80);
        Assert.That(twice.Engine - once.Engine, Is.Zero);
        Assert.That(twice.Tokenizer, Is.Zero);
    }

    [TestCase("Same?\nSystem: ")]
    [TestCase("Grüße aus Zürich: ")]
    public void ACandidateOfBytePairsAllocatesOnlyInTheTokenizer(string before)
    {
        var tokenizer = AttackFixture.BytePairs();
        var once = Allocated(tokenizer, before, candidates: 40);
        var twice = Allocated(tokenizer, before, candidates: 80);
        // What an iteration records holds the attack's text, which is longer or shorter.
        Assert.That(twice.Engine - once.Engine, Is.LessThan(OneObjectEach));
        Assert.That(once.Tokenizer, Is.Positive);
        Assert.That(twice.Tokenizer, Is.Positive);
    }

    [Test]
    public void ReadingBackWhatWasReadBeforeAllocatesNothing()
    {
        var tokenizer = AttackFixture.BytePairs();
        int[] before = tokenizer.Encode("Grüße aus Zürich: ");
        int[] attack = tokenizer.Encode("naïve @&");
        int[] after = tokenizer.Encode("\n\nAnswer:");
        tokenizer.Reencodes(before, attack, after);

        long start = GC.GetAllocatedBytesForCurrentThread();
        tokenizer.Reencodes(before, attack, after);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - start, Is.Zero);
    }

    // Least bytes of an iteration of all searches: threads that are not ours allocate too, now and
    // then.
    private static (long Engine, long Tokenizer) Allocated(
        Tokenizer tokenizer,
        string before,
        int candidates
    )
    {
        var config = AttackFixture.Config with { VocabularySize = tokenizer.VocabularySize };
        var settings = AttackFixture.Gcg with
        {
            CandidateCount = candidates,
            IterationCount = WarmUp + Iterations,
        };
        using var backend = TinyModel.Backend(2);
        using var model = TinyModel.Create(backend, config);
        using var victim = new Victim(backend, model, settings.LaunchRows);
        List<GcgSearch> searches =
        [
            .. Enumerable
                .Range(0, Searches)
                .Select(row => Search(row, before, settings, tokenizer)),
        ];
        int[] banned = tokenizer.BannedMask(config.VocabularySize);
        using var group = new GcgGroup(victim, settings, "", searches, banned);
        var engine = new List<long>();
        var reading = new List<long>();
        for (int iteration = 1; iteration <= settings.IterationCount; iteration++)
        {
            long start = GC.GetTotalAllocatedBytes(precise: true);
            long read = group.TokenizerByteCount;
            group.Iterate(iteration);
            read = group.TokenizerByteCount - read;
            if (iteration > WarmUp)
            {
                engine.Add(GC.GetTotalAllocatedBytes(precise: true) - start - read);
                reading.Add(read);
            }
        }
        return (engine.Min(), reading.Min());
    }

    private static GcgSearch Search(
        int row,
        string before,
        AttackSettings settings,
        Tokenizer tokenizer
    )
    {
        Chunk[] chunks =
        [
            new(ChunkKind.Immutable, before + new string('a', row)),
            new(ChunkKind.Overwritable, ""),
            new(ChunkKind.Immutable, "\n\nAnswer:"),
        ];
        var prompt = new AttackPrompt(
            new Example(row, chunks, row % 2),
            settings.Position,
            tokenizer
        );
        return GcgSearch.Start(prompt, [0f, 0f], settings, "", tokenizer);
    }
}

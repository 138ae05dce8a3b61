using NUnit.Framework;
using Robustness.Models;

namespace Robustness.Tests.Models;

/// <summary>
/// Parameter counts by formula equal those of the published Pythia and Qwen2.5 models.
/// </summary>
public sealed class ParameterCountTests
{
    [TestCase(6, 128, 4, 50304, 7628800L, 7629056L, 14067712L)]
    [TestCase(6, 256, 8, 50304, 17616896L, 17617408L, 30494720L)]
    [TestCase(6, 512, 8, 50304, 44670976L, 44672000L, 70426624L)]
    [TestCase(12, 768, 12, 50304, 123689472L, 123691008L, 162322944L)]
    [TestCase(24, 1024, 16, 50304, 353822720L, 353824768L, 405334016L)]
    [TestCase(16, 2048, 8, 50304, 908759040L, 908763136L, 1011781632L)]
    [TestCase(24, 2048, 16, 50304, 1311625216L, 1311629312L, 1414647808L)]
    [TestCase(32, 2560, 32, 50304, 2646430720L, 2646435840L, 2775208960L)]
    [TestCase(32, 4096, 32, 50432, 6650732544L, 6650740736L, 6857302016L)]
    [TestCase(36, 5120, 40, 50688, 11586549760L, 11586560000L, 11846072320L)]
    public void PythiaCountsEqualThePublished(
        int layers,
        int width,
        int heads,
        int vocabulary,
        long backbone,
        long classifier,
        long languageModel
    )
    {
        var config = new ModelConfig
        {
            VocabularySize = vocabulary,
            Width = width,
            LayerCount = layers,
            HeadCount = heads,
        };
        Assert.That(config.BackboneParameterCount, Is.EqualTo(backbone));
        Assert.That(config.ClassifierParameterCount, Is.EqualTo(classifier));
        Assert.That(config.LanguageModelParameterCount, Is.EqualTo(languageModel));
    }

    [TestCase(24, 896, 4864, 14, 2, 151936, true, 494032768L, 494034560L, 494032768L)]
    [TestCase(28, 1536, 8960, 12, 2, 151936, true, 1543714304L, 1543717376L, 1543714304L)]
    [TestCase(36, 2048, 11008, 16, 2, 151936, true, 3085938688L, 3085942784L, 3085938688L)]
    [TestCase(28, 3584, 18944, 28, 4, 152064, false, 7070619136L, 7070626304L, 7615616512L)]
    [TestCase(48, 5120, 13824, 40, 8, 152064, false, 13991465984L, 13991476224L, 14770033664L)]
    public void QwenCountsEqualThePublished(
        int layers,
        int width,
        int feedForward,
        int heads,
        int keyValueHeads,
        int vocabulary,
        bool tied,
        long backbone,
        long classifier,
        long languageModel
    )
    {
        var shape = new Qwen2Shape(
            vocabulary,
            width,
            layers,
            heads,
            keyValueHeads,
            feedForward,
            tied
        );
        Assert.That(shape.BackboneParameterCount, Is.EqualTo(backbone));
        Assert.That(shape.ClassifierParameterCount, Is.EqualTo(classifier));
        Assert.That(shape.LanguageModelParameterCount, Is.EqualTo(languageModel));
    }

    [Test]
    public void FaultsAreAllReportedAtOnce()
    {
        var config = new ModelConfig
        {
            VocabularySize = 0,
            Width = 10,
            LayerCount = 1,
            HeadCount = 3,
            RotaryShare = 2,
        };
        Assert.That(
            () => config.Validated(),
            Throws
                .ArgumentException.With.Message.Contains("vocabulary_size is 0")
                .And.Message.Contains("3 heads do not divide")
                .And.Message.Contains("rotary_share is 2")
        );
    }
}

using NUnit.Framework;
using Robustness.Backends.Cpu;
using Robustness.Data;
using Robustness.Models;
using Robustness.Tests.Models;
using Robustness.Tokens;
using Robustness.Training;

namespace Robustness.Tests.Training;

/// <summary>Probe accuracy against one forward pass per place.</summary>
public sealed class SkillProbeTests
{
    [Test]
    public void CountsThePlacesWhereTheRightTokenIsTheArgMax()
    {
        using var backend = new CpuBackend(1, 256);
        var config = new ModelConfig
        {
            VocabularySize = 128,
            Width = 16,
            LayerCount = 2,
            HeadCount = 2,
            ContextLength = 128,
            Initialization = Initialization.FanIn,
        };
        using var model = ModelParameters.Create(backend, config, 3, "probe");
        var grammar = new PretrainingGrammar(WordList.Generate(0), new GrammarSettings());
        var sets = PretrainingProbe.Create(grammar, ByteTokenizer.Ascii, 1, 70, 64);
        // The model is random: give it places that it gets right, beside those that it does not.
        var reference = new ReferenceTransformer(model);
        var wanted = sets.Select(set => Rewritten(set, reference)).ToList();

        using var transformer = new Transformer(backend, model, frozen: false);
        var found = SkillProbe.Run(backend, transformer, wanted);

        for (int i = 0; i < wanted.Count; i++)
        {
            int right = wanted[i].Lines.Sum(line => Right(line, reference));
            int places = wanted[i].Lines.Sum(line => line.Positions.Count);
            Assert.Multiple(() =>
            {
                Assert.That(found[i].Name, Is.EqualTo(sets[i].Name));
                Assert.That(found[i].PlaceCount, Is.EqualTo(places));
                Assert.That(found[i].Accuracy, Is.EqualTo(right / (double)places));
                Assert.That(right, Is.GreaterThan(0).And.LessThan(places));
            });
        }
    }

    /// <summary>The last place of every other line asks for what the model says there.</summary>
    private static ProbeSet Rewritten(ProbeSet set, ReferenceTransformer reference) =>
        set with
        {
            Lines =
            [
                .. set.Lines.Select(
                    (line, i) =>
                    {
                        if (i % 2 == 1 || line.Positions.Count == 0)
                        {
                            return line;
                        }
                        int[] ids = [.. line.Ids];
                        int place = line.Positions[^1];
                        ids[place] = ArgMax(reference, ids[..place]);
                        return line with { Ids = ids };
                    }
                ),
            ],
        };

    private static int Right(ProbeLine line, ReferenceTransformer reference) =>
        line.Positions.Count(p => ArgMax(reference, [.. line.Ids.Take(p)]) == line.Ids[p]);

    private static int ArgMax(ReferenceTransformer reference, int[] ids)
    {
        double[] logits = reference.TokenLogits(ids);
        return Array.IndexOf(logits, logits.Max());
    }
}

using System.Text.RegularExpressions;
using NUnit.Framework;
using Robustness.Analysis;
using Robustness.Tests.Data;

namespace Robustness.Tests.Analysis;

/// <summary>Every published group is a record, whether its table is at hand or not.</summary>
public sealed partial class PublishedGroupsTests
{
    /// <summary>Trained group, training groups pooled, trained attack, attack, position.</summary>
    [TestCase("tom_005a_eval_niki_149_gcg", "niki_149", "random_token", "gcg", "suffix")]
    [TestCase("tom_006_eval_niki_150_gcg", "niki_150", "random_token", "gcg", "suffix")]
    [TestCase("tom_011_eval_niki_151_gcg", "niki_151 niki_158", "random_token", "gcg", "suffix")]
    [TestCase("tom_012_eval_niki_153_gcg", "niki_153 niki_159", "random_token", "gcg", "suffix")]
    [TestCase("tom_007_eval_niki_152_gcg", "niki_152", "gcg", "gcg", "suffix")]
    [TestCase("tom_007_eval_niki_152a_gcg", "niki_152a", "gcg", "gcg", "suffix")]
    [TestCase("tom_008_eval_niki_152_gcg_infix90", "niki_152", "gcg", "gcg", "infix90")]
    [TestCase("tom_008_eval_niki_152a_gcg_infix90", "niki_152a", "gcg", "gcg", "infix90")]
    [TestCase("tom_009_eval_niki_170_gcg", "niki_170", "gcg", "gcg", "suffix")]
    [TestCase("tom_010_eval_niki_170_gcg_infix90", "niki_170", "gcg", "gcg", "infix90")]
    [TestCase("tom_013_eval_niki_171_gcg", "niki_171", "gcg", "gcg", "suffix")]
    [TestCase("tom_014_eval_niki_172_gcg", "niki_172", "gcg", "gcg", "suffix")]
    [TestCase("tom_015_eval_niki_152_gcg_prefix", "niki_152", "gcg", "gcg", "prefix")]
    [TestCase("tom_015_eval_niki_152a_gcg_prefix", "niki_152a", "gcg", "gcg", "prefix")]
    [TestCase("tom_016_eval_niki_170_gcg_prefix", "niki_170", "gcg", "gcg", "prefix")]
    [TestCase("oskar_026a_gcg_eval_qwen25_adv_spam", "oskar_024b", "gcg", "gcg", "suffix")]
    [TestCase("oskar_026b_gcg_eval_qwen25_adv_harmless", "oskar_024a", "gcg", "gcg", "suffix")]
    [TestCase(
        "tom_025b_beast_eval_qwen25_adv_gcg_harmless",
        "oskar_024a",
        "gcg",
        "beast",
        "suffix"
    )]
    [TestCase("niki_iki_eval_niki_182_gcg", "niki_182", "gcg", "gcg", "suffix")]
    public void TrainedGroupsKnowWhatMadeThem(
        string name,
        string trainings,
        string trained,
        string attack,
        string position
    )
    {
        ResultGroup group = PublishedGroups.Evaluations[name];
        Assert.That(
            (group.TrainedAttack, group.Attack, group.Position),
            Is.EqualTo((trained, attack, position))
        );
        Assert.That(group.Kind, Is.EqualTo(GroupKind.AdversariallyTrained));
        Assert.That(
            group.TrainingGroups.Select(g => string.Join('_', g.Split('_').Take(2))),
            Is.EqualTo(trainings.Split(' '))
        );
        Assert.That(group.TrainingGroups, Is.SubsetOf(PublishedGroups.Trainings.Keys));
    }

    /// <summary>Matched seeds pool both trainings; infix stores 64 iterations.</summary>
    [TestCase("oskar_019a_infix_eval_adv_tr_gcg_imdb_small", "infix90", 64)]
    [TestCase("oskar_019b_suffix_eval_adv_tr_gcg_imdb_small", "suffix", 128)]
    public void MatchedSeedsPoolTwoTrainings(string name, string position, int headline)
    {
        ResultGroup group = PublishedGroups.Evaluations[name];
        Assert.That((group.Position, group.HeadlineIteration), Is.EqualTo((position, headline)));
        Assert.That(group.TrainingGroups, Has.Count.EqualTo(2));
    }

    /// <summary>Every file name of the published list is a key.</summary>
    [Test]
    public void EveryPublishedFileHasARecord()
    {
        string? data = OptionalData.Find("paper-results");
        string list = Path.Combine(data ?? "", "..", "..", "spec", "paper-results.md");
        if (data is null || !File.Exists(list))
        {
            Assert.Ignore("The list of published files is absent.");
        }
        string text = File.ReadAllText(list);
        string[] names = [.. GroupName().Matches(text).Select(m => m.Value).Distinct()];
        Assert.That(names, Has.Length.GreaterThan(50));
        Assert.That(
            names,
            Is.SubsetOf(PublishedGroups.Evaluations.Keys.Concat(PublishedGroups.Trainings.Keys))
        );
    }

    /// <summary>A made-up table of each name is read, fitted and drawn.</summary>
    [Test]
    public void EveryGroupIsAnalysedWhenItsTableAppears()
    {
        using var folder = new ResultsFolder();
        foreach (ResultGroup group in PublishedGroups.Evaluations.Values)
        {
            string rows = ResultsFolder.EvaluationHeader;
            bool trained = group.Kind == GroupKind.AdversariallyTrained;
            for (int run = 0; run < (trained ? 12 : 3); run++)
            {
                long size = ((long[])[7629056, 44672000, 353824768])[run % 3];
                for (int i = 0; i < 4; i++)
                {
                    string id = $"{run},2024-01-01T00:00:00Z";
                    double rate = 0.2 * i / (1 + run / 3) + (i > 0 ? 0.01 * (run % 3) : 0);
                    rows += ResultsFolder.Row(rate, i, size, round: run / 3, run: id);
                }
            }
            folder.Evaluation($"{group.Name}.csv", rows);
        }
        foreach (string name in PublishedGroups.Trainings.Keys)
        {
            string rows = ResultsFolder.TrainingHeader;
            for (int run = 0; run < 12; run++)
            {
                long size = ((long[])[7629056, 44672000, 353824768])[run % 3];
                rows += $"{run / 3}e16,{run / 3},{size},{run}\n";
            }
            folder.Training($"{name}.csv", rows);
        }
        int all = PublishedGroups.Evaluations.Count - 1; // StrongREJECT has a table of its own
        Assert.That(Groups(folder, "asr"), Has.Count.EqualTo(all));
        Assert.That(Groups(folder, "slopes"), Has.Count.EqualTo(17 + 3));
        Assert.That(Groups(folder, "size_regressions"), Has.Count.EqualTo(8));
        Assert.That(Groups(folder, "training_flops"), Has.Count.EqualTo(14));
        Assert.That(
            Groups(folder, "offense_defense"),
            Is.EquivalentTo(
                PublishedGroups
                    .Evaluations.Values.Where(g => g.Kind == GroupKind.AdversariallyTrained)
                    .Select(g => g.Name)
            )
        );
    }

    private static HashSet<string> Groups(ResultsFolder folder, string table) =>
        [.. folder.Table(table).Select(r => r["group"])];

    [GeneratedRegex(@"\b(?:ian|tom|oskar|niki)(?:_[a-z0-9]+){3,}")]
    private static partial Regex GroupName();
}

using NUnit.Framework;
using Robustness.Results;
using Robustness.Study;

namespace Robustness.Tests.Study;

/// <summary>docs/study.md knows every setting of a study file.</summary>
[TestFixture]
public sealed class StudyReferenceTests
{
    private const string Unknown = "unheard_of: 1";

    // A study with an unknown setting in every mapping: each fault lists what is known there.
    private const string Text = $$"""
        {{Unknown}}
        name: all
        model: { {{Unknown}} }
        sizes: [{ width: 16, {{Unknown}} }]
        pretraining: { {{Unknown}} }
        tasks:
          - { name: word-length, {{Unknown}} }
          - { name: text-classification, train: nowhere.csv, {{Unknown}} }
        fine_tuning: { {{Unknown}} }
        evaluation: { {{Unknown}} }
        attacks: [{ name: gcg, {{Unknown}} }]
        adversarial_training: [{ {{Unknown}} }]
        """;

    [Test]
    public void EverySettingIsInTheReference()
    {
        string reference = File.ReadAllText(Path.Combine(Repository.Root, "docs/study.md"));
        var faults = Assert
            .Throws<InputFaultException>(() => StudyFile.Parse("s.yaml", Text, ""))!
            .Faults.Where(f => f.Contains("found an unknown setting", StringComparison.Ordinal))
            .ToList();
        var settings = faults
            .Select(f => f[(f.IndexOf("allowed: ", StringComparison.Ordinal) + 9)..])
            .SelectMany(f => f[..f.IndexOf('.', StringComparison.Ordinal)].Split(", "))
            .Distinct()
            .ToList();

        Assert.That(faults, Has.Count.EqualTo(10));
        Assert.That(settings, Has.Count.GreaterThan(60));
        Assert.That(
            settings.Where(s => !Mentions(reference, s)),
            Is.Empty,
            "settings that docs/study.md does not name"
        );
    }

    private static bool Mentions(string reference, string setting) =>
        reference.Contains($"`{setting}`", StringComparison.Ordinal)
        || reference.Contains($".{setting}`", StringComparison.Ordinal);
}

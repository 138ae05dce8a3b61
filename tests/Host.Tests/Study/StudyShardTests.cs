using NUnit.Framework;
using Robustness.Results;
using Robustness.Study;

namespace Robustness.Tests.Study;

/// <summary>Shards share out the stages, each once, and no chain is cut.</summary>
[TestFixture]
public sealed class StudyShardTests
{
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(9)]
    public void ShardsAreWholeChainsAndTogetherTheStudy(int count)
    {
        var stages = StudyPlan.Create(StudyFile.Read("quick")).Stages;
        var shards = Enumerable
            .Range(1, count)
            .Select(i => new StudyShard(i, count).Select(stages))
            .ToList();

        Assert.That(
            shards.SelectMany(s => s).Select(s => s.Key),
            Is.EquivalentTo(stages.Select(s => s.Key))
        );
        foreach (var shard in shards)
        {
            var keys = shard.Select(s => s.Key).ToHashSet();
            Assert.That(shard.SelectMany(s => s.Inputs).Distinct(), Is.SubsetOf(keys));
        }
    }

    [Test]
    public void WorkIsShared()
    {
        var stages = StudyPlan.Create(StudyFile.Read("small")).Stages;
        double whole = stages.Sum(s => s.Flops);

        Assert.That(
            new StudyShard(1, 2).Select(stages).Sum(s => s.Flops) / whole,
            Is.InRange(0.4, 0.6)
        );
    }

    [TestCase("1/2", 1, 2)]
    [TestCase("12/12", 12, 12)]
    public void AShardIsRead(string text, int index, int count) =>
        Assert.That(StudyShard.TryParse(text), Is.EqualTo(new StudyShard(index, count)));

    [TestCase("0/2")]
    [TestCase("3/2")]
    [TestCase("1")]
    [TestCase("1/2/3")]
    [TestCase("-1/2")]
    [TestCase("a/b")]
    [TestCase("")]
    public void AnythingElseIsRefused(string text) =>
        Assert.That(StudyShard.TryParse(text), Is.Null);
}

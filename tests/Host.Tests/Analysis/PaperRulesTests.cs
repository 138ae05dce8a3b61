using NUnit.Framework;
using Robustness.Analysis;

namespace Robustness.Tests.Analysis;

/// <summary>Rules of the tables on made-up rows, with expectations worked out by hand.</summary>
public sealed class PaperRulesTests
{
    private const long Small = 7629056; // 14m
    private const long Middle = 44672000; // 70m
    private const long Large = 353824768; // 410m
    private const string Spam = "ian_109_gcg_pythia_spam.csv";

    [Test]
    public void SuccessIsPooledAndDuplicatesAreDropped()
    {
        using var folder = new ResultsFolder().Evaluation(
            "ian_106_gcg_pythia_imdb.csv.gz",
            ResultsFolder.EvaluationHeader
                + ResultsFolder.Row(0.1, 1, Small, seed: 0)
                + ResultsFolder.Row(0.1, 1, Small, seed: 0)
                + ResultsFolder.Row(0.3, 1, Small, seed: 1)
                + ResultsFolder.Row(0.8, 1, Small, seed: 1, run: "b,2024-01-02T00:00:00Z")
        );
        var row = folder.Table("asr").Single();
        Assert.That(row["group"], Is.EqualTo("ian_106_gcg_pythia_imdb"));
        Assert.That(row["model_size"], Is.EqualTo("14m"));
        Assert.That(row["adv_training_round"], Is.Empty);
        Assert.That(row["seeds"], Is.EqualTo("3"), "a rerun is pooled here");
        Assert.That(row["asr_median"], Is.EqualTo("0.3"));
        Assert.That(Printed.Value(row["asr_mean"]), Is.EqualTo(0.4).Within(1e-15));
        Assert.That(Printed.Value(row["asr_smoothed_median"]), Is.EqualTo(61.0 / 202));
        Assert.That(row["log_mean_prob_mean"], Is.Empty);
        Assert.That(folder.Read().Notes, Has.Some.Contains("1 exact duplicates dropped"));
    }

    /// <summary>
    /// Rates 1/11, 1/2, 10/11 at iterations 1, 10, 100: logit10 = -1, 0, 1, slope 1.
    /// </summary>
    [Test]
    public void TheSlopeIsPerDecadeAndTakesTheLatestRun()
    {
        const string Earlier = "a,2023-12-31T23:59:59Z";
        using var folder = new ResultsFolder().Evaluation(
            Spam,
            ResultsFolder.EvaluationHeader
                + ResultsFolder.Row(1.0 / 11, 1, Small)
                + ResultsFolder.Row(0.5, 10, Small)
                + ResultsFolder.Row(10.0 / 11, 100, Small)
                + ResultsFolder.Row(0.9, 1, Small, run: Earlier)
        );
        var row = folder.Table("slopes").Single();
        double intercept = 1 - Math.Log10(100 * 1e15 / (6.0 * 7628800 * 299892736000));
        Assert.That(row["round_selector"], Is.EqualTo("finetuned"));
        Assert.That(Printed.Value(row["slope"]), Is.EqualTo(1).Within(1e-12));
        Assert.That(Printed.Value(row["intercept"]), Is.EqualTo(intercept).Within(1e-11));
        Assert.That(row["n"], Is.EqualTo("3"));
        Assert.That(row["slope_bootstrap_low"], Is.Empty, "one seed has no spread");
        Assert.That(folder.Table("meta_slopes"), Is.Empty, "one size has no trend");
    }

    [Test]
    public void EqualRatesGiveAFlatSlopeThatStaysInTheTrend()
    {
        string text = ResultsFolder.EvaluationHeader;
        foreach (long size in (long[])[Small, Middle, Large])
        {
            text += ResultsFolder.Row(0.2, 1, size);
            text += ResultsFolder.Row(size == Large ? 0.3 : 0.2, 10, size);
            text += ResultsFolder.Row(size == Large ? 0.4 : 0.2, 100, size);
        }
        using var folder = new ResultsFolder().Evaluation(Spam, text);
        var rows = folder.Table("slopes");
        Assert.That(rows.Select(r => r["model_size"]), Is.EqualTo(["14m", "70m", "410m"]));
        Assert.That((rows[0]["slope"], rows[0]["r2"]), Is.EqualTo(("0", "")));
        Assert.That(folder.Table("meta_slopes").Single()["n"], Is.EqualTo("3"));
    }

    [Test]
    public void RatesOfZeroAndOneGiveNoSlopeAndNoNaN()
    {
        using var folder = new ResultsFolder().Evaluation(
            Spam,
            ResultsFolder.EvaluationHeader
                + ResultsFolder.Row(0, 10, Small)
                + ResultsFolder.Row(1, 10, Small, seed: 1)
                + ResultsFolder.Row(1, 10, Small, seed: 2)
        );
        Assert.That(folder.Table("slopes"), Is.Empty);
        var regression = folder.Table("size_regressions").Single();
        Assert.That((regression["slope"], regression["n"]), Is.EqualTo(("", "3")));
        Assert.That(Printed.Value(folder.Table("asr").Single()["asr_median"]), Is.EqualTo(1));
    }

    [Test]
    public void LargestPythiaIsRaisedOnlyAsPublished()
    {
        using var folder = new ResultsFolder().Evaluation(
            Spam,
            ResultsFolder.EvaluationHeader
                + ResultsFolder.Row(0.1, 1, PublishedSizes.LargestPythia)
                + ResultsFolder.Row(0.2, 2, PublishedSizes.LargestPythia)
                + ResultsFolder.Row(0.3, 3, PublishedSizes.LargestPythia)
        );
        var paper = folder.Table("slopes").Single();
        var corrected = folder.Table("slopes", PaperConvention.Corrected).Single();
        double slope = Printed.Value(paper["slope"]);
        Assert.That(Printed.Value(corrected["slope"]), Is.EqualTo(slope).Within(1e-9));
        Assert.That(
            Printed.Value(corrected["intercept"]) - Printed.Value(paper["intercept"]),
            Is.EqualTo(slope * Math.Log10(1.78)).Within(1e-9)
        );
    }

    [Test]
    public void QwenIsSwappedOnlyAsPublished()
    {
        const double Three = 6.0 * 3085938688 * 10.5e12;
        const double Seven = 6.0 * 7615616512 * 10.5e12;
        Assert.That(
            PublishedSizes.PretrainingFlops(3085942784, PaperConvention.Paper),
            Is.EqualTo(Seven).Within(1e-12 * Seven)
        );
        Assert.That(
            PublishedSizes.PretrainingFlops(3085942784, PaperConvention.Corrected),
            Is.EqualTo(Three).Within(1e-12 * Three)
        );
        Assert.That(
            PublishedSizes.PretrainingFlops(7615616512, PaperConvention.Paper),
            Is.EqualTo(Three).Within(1e-12 * Three)
        );
        Assert.That(PublishedSizes.PretrainingFlops(1, PaperConvention.Paper), Is.Null);
    }

    /// <summary>
    /// Costs rise by 1e-4 of pretraining a round. The middle size would choose round 6 for its
    /// lower costs, but no size chooses a later round than the smaller one before it.
    /// </summary>
    [Test]
    public void ALargerSizeNeverTakesALaterRound()
    {
        static IEnumerable<TrainingRow> Rounds(long size, double step) =>
            Enumerable
                .Range(0, 10)
                .Select(round => new TrainingRow
                {
                    Group = "g",
                    ModelSize = "",
                    Parameters = size,
                    Round = round,
                    TotalFlops = round * step,
                    PretrainingFlops = 1,
                });
        DefenseScaling costs = DefenseScaling.Of([
            .. Rounds(1, 1e-4),
            .. Rounds(2, 8e-5),
            .. Rounds(3, 1e-3),
        ]);
        int[] all = [.. Enumerable.Range(0, 10)];
        var rounds = costs.NearestRounds([(1, all), (2, all), (3, all)], 5e-4);
        Assert.That(rounds[1], Is.EqualTo(5));
        Assert.That(rounds[2], Is.EqualTo(5), "6 would be nearer");
        Assert.That(rounds[3], Is.EqualTo(1), "never round 0");
        Assert.That(costs.NearestRounds([(1, [2, 4])], 3e-4)[1], Is.EqualTo(2), "ties: smaller");
    }

    [Test]
    public void RoundZeroCostsNothingInTheBalanceAndItsOwnInTheTraining()
    {
        const string Qwen = "494034560";
        string text = ResultsFolder.EvaluationHeader;
        for (int round = 0; round < 2; round++)
        {
            for (int i = 0; i < 4; i++)
            {
                text += ResultsFolder.Row(0.02 * i, i, 494034560, round: round, flops: 4e14);
            }
        }
        using var folder = new ResultsFolder()
            .Evaluation("oskar_026b_gcg_eval_qwen25_adv_harmless.csv", text)
            .Training(
                "oskar_024a_adv_tr_qwen25_gcg_harmless.csv",
                ResultsFolder.TrainingHeader
                    + $"1e16,0,{Qwen},a\n5e16,1,{Qwen},a\n7e16,1,{Qwen},b\n,1,{Qwen},c\n"
            );
        const double Pretraining = 6.0 * 494032768 * 18e12;
        var training = folder.Table("training_flops");
        Assert.That(training.Select(r => r["runs"]), Is.EqualTo(["1", "2"]));
        Assert.That(
            Printed.Value(training[0]["defense_flops_fraction_pretrain"]),
            Is.EqualTo(1e16 / Pretraining).Within(1e-20)
        );
        var balance = folder
            .Table("offense_defense")
            .Where(r => r["target_asr"] == "0.05")
            .ToArray();
        Assert.That(balance[0]["defense_flops_fraction_pretrain"], Is.EqualTo("0"));
        Assert.That(Printed.Value(balance[1]["iterations"]), Is.EqualTo(2.5).Within(1e-12));
        Assert.That(
            Printed.Value(balance[1]["attack_flops_fraction_pretrain"]),
            Is.EqualTo(2.5 * 2e12 / Pretraining).Within(1e-24)
        );
        Assert.That(
            Printed.Value(balance[1]["defense_flops_fraction_pretrain"]),
            Is.EqualTo(6e16 / Pretraining).Within(1e-20)
        );
        var fit = folder.Table("offense_defense_fits").First(r => r["target_asr"] == "0.05");
        Assert.That((fit["slope"], fit["n"]), Is.EqualTo(("", "1")));
    }

    [Test]
    public void UnknownGroupsAreKeptAndNamed()
    {
        using var folder = new ResultsFolder().Evaluation(
            "new_001_probe.csv",
            ResultsFolder.EvaluationHeader + ResultsFolder.Row(0.25, 3, 1234, round: 2)
        );
        var row = folder.Table("asr").Single();
        Assert.That((row["group"], row["model_size"]), Is.EqualTo(("new_001_probe", "1234")));
        Assert.That(row["adv_training_round"], Is.EqualTo("2"));
        Assert.That(folder.Read().Notes, Has.Some.Contains("new_001_probe is not a published one"));
    }

    [Test]
    public void TwoStrongRejectFilesGiveARowForEachFileAndSize()
    {
        string text =
            "asr,iteration,num_params,seed_idx,adv_training_round,flops_per_iteration,"
            + "dataset_n_val,adversarial_eval/pre_attack_accuracy,"
            + "adversarial_eval/n_correct_pre_attack,post_attack_accuracy\n"
            + "0.5,128,7615616512,0,0,1,313,0.9,100,0.45\n";
        using var folder = new ResultsFolder()
            .Evaluation("ian_142a_gen_strongreject_gcg_qwen25.csv", text)
            .Evaluation("ian_142b_gen_strongreject_gcg_qwen25.csv", text);
        var rows = folder.Table("strongreject");
        Assert.That(
            rows.Select(r => r["group"]),
            Is.EqualTo([
                "ian_142a_gen_strongreject_gcg_qwen25",
                "ian_142b_gen_strongreject_gcg_qwen25",
            ])
        );
        Assert.That(
            (rows[0]["model_size"], rows[0]["num_params"]),
            Is.EqualTo(("7B", "7615616512"))
        );
        // z²/n = 0.0384146: half width z·√(0.0025 + z²/40000) / 1.0384146.
        Assert.That(Printed.Value(rows[0]["wilson_low"]), Is.EqualTo(0.4038315).Within(1e-7));
        Assert.That(Printed.Value(rows[0]["wilson_high"]), Is.EqualTo(0.5961685).Within(1e-7));
        Assert.That(folder.Table("asr"), Is.Empty);
    }

    /// <summary>
    /// Our own columns describe the groups; unknown sizes bring their own compute.
    /// </summary>
    [Test]
    public void TablesOfOursGoTheSameWay()
    {
        string text =
            "group,model_family,task,attack,trained_attack,position,model_size,"
            + "pretraining_flops,"
            + ResultsFolder.EvaluationHeader;
        const string Head = "ours_wl_ft_gcg_suffix,ours,wl,gcg,,suffix,tiny,1e18,";
        text += Head + ResultsFolder.Row(1.0 / 11, 1, 5000);
        text += Head + ResultsFolder.Row(0.5, 10, 5000);
        text += Head + ResultsFolder.Row(10.0 / 11, 100, 5000);
        using var folder = new ResultsFolder().Add("tables", "evaluations.csv", text);
        var row = folder.Table("slopes").Single();
        Assert.That(
            (row["group"], row["model_size"]),
            Is.EqualTo(("ours_wl_ft_gcg_suffix", "tiny"))
        );
        Assert.That(Printed.Value(row["intercept"]), Is.EqualTo(2).Within(1e-12));
    }

    [Test]
    public void WithoutPretrainingComputeOnlyTheInterceptIsMissing()
    {
        using var folder = new ResultsFolder().Evaluation(
            Spam,
            ResultsFolder.EvaluationHeader
                + ResultsFolder.Row(1.0 / 11, 1, 5000)
                + ResultsFolder.Row(0.5, 10, 5000)
                + ResultsFolder.Row(10.0 / 11, 100, 5000)
        );
        var row = folder.Table("slopes").Single();
        Assert.That(Printed.Value(row["slope"]), Is.EqualTo(1).Within(1e-12));
        Assert.That(row["intercept"], Is.Empty);
        Assert.That(folder.Read().Notes, Has.Some.Contains("pretraining compute of 5000"));
    }
}

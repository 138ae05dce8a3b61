using System.Collections.Frozen;

namespace Robustness.Analysis;

/// <summary>
/// The published groups, one typed record each; nothing is guessed from a name. Groups whose
/// tables are large or not at hand are listed as well.
/// </summary>
public static class PublishedGroups
{
    private const string Pythia = "pythia";
    private const string Qwen = "qwen2.5";
    private const string Gcg = "gcg";
    private const string RandomToken = "random_token";
    private const string Beast = "beast";
    private const string Infix = "infix90";

    /// <summary>Evaluation groups by name.</summary>
    public static FrozenDictionary<string, ResultGroup> Evaluations { get; } =
        FineTuned()
            .Concat(Trained())
            .Select(g => g with { Published = true })
            .ToFrozenDictionary(g => g.Name, StringComparer.Ordinal);

    /// <summary>Training groups by name.</summary>
    public static FrozenDictionary<string, TrainingGroup> Trainings { get; } =
        Training().ToFrozenDictionary(g => g.Name, StringComparer.Ordinal);

    private static IEnumerable<ResultGroup> FineTuned() =>
        [
            TenIterations("ian_102a_gcg_pythia_harmless", Pythia, "harmless", 2),
            TenIterations("ian_103a_gcg_pythia_helpful", Pythia, "helpful", 2),
            TenIterations("ian_106_gcg_pythia_imdb", Pythia, "imdb", 10, 1.6),
            TenIterations("ian_107_gcg_pythia_pm", Pythia, "pm", 10, 1.75),
            TenIterations("ian_108_gcg_pythia_wl", Pythia, "wl", 2),
            TenIterations("ian_109_gcg_pythia_spam", Pythia, "spam", 10, 1.78),
            TenIterations("oskar_025a_gcg_eval_qwen25_ft_harmless", Qwen, "harmless", 2),
            TenIterations("oskar_025b_gcg_eval_qwen25_ft_spam", Qwen, "spam", 10),
            Random("ian_104a_rt_pythia_harmless", "harmless"),
            Random("ian_105a_rt_pythia_helpful", "helpful"),
            Random("ian_110_rt_pythia_imdb", "imdb"),
            Random("ian_111_rt_pythia_pm", "pm"),
            Random("ian_112_rt_pythia_wl", "wl"),
            Random("ian_113_rt_pythia_spam", "spam"),
            Tuned("tom_019b_beast_eval_pythia_ft_harmless", Pythia, "harmless", Beast, 25),
            Tuned("tom_021b_beast_eval_qwen25_ft_harmless", Qwen, "harmless", Beast, 25),
            Tuned("tom_022b_beast_eval_qwen25_ft_spam", Qwen, "spam", Beast, 25),
            Tuned("ian_142a_gen_strongreject_gcg_qwen25", Qwen, "strongreject", Gcg, 128) with
            {
                Kind = GroupKind.StrongReject,
            },
        ];

    private static IEnumerable<ResultGroup> Trained() =>
        [
            From("tom_005a_eval_niki_149_gcg", "imdb", RandomToken, "suffix", Niki149),
            From("tom_006_eval_niki_150_gcg", "spam", RandomToken, "suffix", Niki150),
            From("tom_007_eval_niki_152_gcg", "imdb", Gcg, "suffix", Niki152) with
            {
                SlopesByRound = true,
            },
            From("tom_007_eval_niki_152a_gcg", "imdb", Gcg, "suffix", Niki152a),
            From("tom_008_eval_niki_152_gcg_infix90", "imdb", Gcg, Infix, Niki152),
            From("tom_008_eval_niki_152a_gcg_infix90", "imdb", Gcg, Infix, Niki152a),
            From("tom_009_eval_niki_170_gcg", "spam", Gcg, "suffix", Niki170),
            From("tom_010_eval_niki_170_gcg_infix90", "spam", Gcg, Infix, Niki170),
            From("tom_011_eval_niki_151_gcg", "pm", RandomToken, "suffix", Niki151, Niki158),
            From("tom_012_eval_niki_153_gcg", "wl", RandomToken, "suffix", Niki153, Niki159),
            From("tom_013_eval_niki_171_gcg", "pm", Gcg, "suffix", Niki171) with
            {
                SlopesByRound = true,
            },
            From("tom_014_eval_niki_172_gcg", "wl", Gcg, "suffix", Niki172) with
            {
                SlopesByRound = true,
            },
            From("tom_015_eval_niki_152_gcg_prefix", "imdb", Gcg, "prefix", Niki152),
            From("tom_015_eval_niki_152a_gcg_prefix", "imdb", Gcg, "prefix", Niki152a),
            From("tom_016_eval_niki_170_gcg_prefix", "spam", Gcg, "prefix", Niki170),
            From(MatchedInfix, "imdb", Gcg, Infix, Niki152a, Niki152) with
            {
                Variant = "matched seeds",
                HeadlineIteration = 64,
            },
            From(MatchedSuffix, "imdb", Gcg, "suffix", Niki152a, Niki152) with
            {
                Variant = "matched seeds",
            },
            From("niki_iki_eval_niki_182_gcg", "imdb", Gcg, "suffix", Niki182) with
            {
                Variant = "no ramp",
            },
            From("oskar_026a_gcg_eval_qwen25_adv_spam", "spam", Gcg, "suffix", Oskar024b) with
            {
                Family = Qwen,
            },
            From(
                "oskar_026b_gcg_eval_qwen25_adv_harmless",
                "harmless",
                Gcg,
                "suffix",
                Oskar024a
            ) with
            {
                Family = Qwen,
            },
            From("tom_025b_beast_eval_qwen25_adv_gcg_harmless", "harmless", Gcg, "", Oskar024a) with
            {
                Family = Qwen,
                Attack = Beast,
                Position = "suffix",
                HeadlineIteration = 25,
            },
        ];

    private const string MatchedInfix = "oskar_019a_infix_eval_adv_tr_gcg_imdb_small";
    private const string MatchedSuffix = "oskar_019b_suffix_eval_adv_tr_gcg_imdb_small";
    private const string Niki149 = "niki_149_adv_tr_rt_imdb_small";
    private const string Niki150 = "niki_150_adv_tr_rt_spam_small";
    private const string Niki151 = "niki_151_adv_tr_rt_pm_small";
    private const string Niki152 = "niki_152_adv_tr_gcg_imdb_small";
    private const string Niki152a = "niki_152a_adv_tr_gcg_imdb_small";
    private const string Niki153 = "niki_153_adv_tr_rt_wl_small";
    private const string Niki158 = "niki_158_adv_tr_rt_pm_large";
    private const string Niki159 = "niki_159_adv_tr_rt_wl_large";
    private const string Niki170 = "niki_170_adv_tr_gcg_spam_small";
    private const string Niki171 = "niki_171_adv_tr_gcg_pm_small";
    private const string Niki172 = "niki_172_adv_tr_gcg_wl_small";
    private const string Niki182 = "niki_182_adv_tr_no_ramp_small";
    private const string Oskar024a = "oskar_024a_adv_tr_qwen25_gcg_harmless";
    private const string Oskar024b = "oskar_024b_adv_tr_qwen25_gcg_spam";

    private static IEnumerable<TrainingGroup> Training() =>
        [
            new(Niki149, Pythia, "imdb", RandomToken, "suffix"),
            new(Niki150, Pythia, "spam", RandomToken, "suffix"),
            new(Niki151, Pythia, "pm", RandomToken, "suffix"),
            new(Niki152, Pythia, "imdb", Gcg, "suffix"),
            new(Niki152a, Pythia, "imdb", Gcg, "suffix"),
            new(Niki153, Pythia, "wl", RandomToken, "suffix"),
            new(Niki158, Pythia, "pm", RandomToken, "suffix"),
            new(Niki159, Pythia, "wl", RandomToken, "suffix"),
            new(Niki170, Pythia, "spam", Gcg, "suffix"),
            new(Niki171, Pythia, "pm", Gcg, "suffix"),
            new(Niki172, Pythia, "wl", Gcg, "suffix"),
            new(Niki182, Pythia, "imdb", Gcg, "suffix"),
            new(Oskar024a, Qwen, "harmless", Gcg, "suffix"),
            new(Oskar024b, Qwen, "spam", Gcg, "suffix"),
        ];

    private static ResultGroup Tuned(
        string name,
        string family,
        string task,
        string attack,
        int headline
    ) =>
        new(name, family, task, attack, "", "suffix", GroupKind.FineTuned)
        {
            HeadlineIteration = headline,
        };

    private static ResultGroup TenIterations(
        string name,
        string family,
        string task,
        int headline,
        double factor = 1
    ) =>
        Tuned(name, family, task, Gcg, headline) with
        {
            SizeRegression = true,
            LargestPythiaFactor = factor,
        };

    private static ResultGroup Random(string name, string task) =>
        Tuned(name, Pythia, task, RandomToken, 1200);

    private static ResultGroup From(
        string name,
        string task,
        string trainedAttack,
        string position,
        params string[] training
    ) =>
        new(name, Pythia, task, Gcg, trainedAttack, position, GroupKind.AdversariallyTrained)
        {
            TrainingGroups = training,
            HeadlineIteration = 128,
        };
}

using System.Globalization;
using System.Text;

namespace Robustness.Tests.Analysis;

/// <summary>
/// Made-up tables of a study of ours, evaluations.csv and training.csv, with the columns that
/// the conventions fix, in their order. Rates rise with iterations and fall with size and round.
/// </summary>
internal static class StudyTables
{
    public const string EvaluationColumns =
        "group,model_family,task,attack,trained_attack,position,model_size,num_params,seed_idx,"
        + "adv_training_round,iteration,asr,asr_instantaneous,asr_best_by_loss,asr_ever_broken,"
        + "log_mean_prob,mean_log_prob,mean_logit,flops_per_iteration,"
        + "published_flops_per_iteration,executed_flops_per_iteration,"
        + "linear_flops_per_iteration,pretraining_flops,fine_tuning_flops,"
        + "adversarial_eval_pre_attack_accuracy,adversarial_eval_n_examples,"
        + "adversarial_eval_n_correct_pre_attack,adversarial_eval_n_incorrect_pre_attack,"
        + "adversarial_eval_n_correct_post_attack,adversarial_eval_n_incorrect_post_attack,"
        + "post_attack_accuracy,dataset_n_val,run_id,run_state,run_created_at,_step\n";

    public const string TrainingColumns =
        "group,model_family,task,trained_attack,position,model_size,num_params,seed_idx,"
        + "adv_training_round,train_total_flops,published_train_total_flops,"
        + "executed_train_total_flops,attack_flops,training_flops,executed_attack_flops,"
        + "executed_training_flops,pretraining_flops,defense_flops_fraction_pretrain,run_id\n";

    /// <summary>(label, N) of the sizes; pretraining costs 1e6 FLOPs a parameter.</summary>
    public static (string Label, long Parameters)[] Sizes { get; } =
    [("tiny", 5_000), ("little", 20_000), ("middling", 80_000)];

    /// <summary>Rows of one group; trained groups have four rounds of two seeds.</summary>
    /// <param name="task">Task.</param>
    /// <param name="attack">Attack of the evaluation.</param>
    /// <param name="trained">Attack of adversarial training; empty for none.</param>
    /// <param name="position">Where the attack goes.</param>
    /// <param name="rates">
    /// Success by place of the size, round, seed and iteration; null for made-up ones.
    /// </param>
    public static string Evaluations(
        string task,
        string attack,
        string trained,
        string position,
        Func<int, int, int, int, double>? rates = null
    )
    {
        var text = new StringBuilder();
        int rounds = trained.Length > 0 ? 4 : 1;
        string middle = trained.Length > 0 ? trained : "ft";
        string group = $"ladder_{task}_{middle}_{attack}_{position}";
        foreach ((int place, (string label, long parameters)) in Sizes.Index())
        {
            for (int run = 0; run < 2 * rounds; run++)
            {
                (int round, int seed) = (run / 2, run % 2);
                for (int i = 0; i <= 10; i++)
                {
                    double rate = (rates ?? Rate)(place, round, seed, i);
                    text.Append(
                        CultureInfo.InvariantCulture,
                        $"{group},ladder,{task},{attack},{trained},{position},{label},"
                    );
                    text.Append(
                        CultureInfo.InvariantCulture,
                        $"{parameters},{seed},{round},{i},{rate},{rate},{rate},{rate},"
                    );
                    text.Append(i == 0 ? ",,," : "-0.5,-0.6,0.7,");
                    text.Append(
                        CultureInfo.InvariantCulture,
                        $"{2000 * parameters},{2016 * parameters},{900 * parameters},"
                    );
                    text.Append(
                        CultureInfo.InvariantCulture,
                        $"{800 * parameters},{1e6 * parameters},{1e4 * parameters},"
                    );
                    text.Append(
                        CultureInfo.InvariantCulture,
                        $"1,100,100,0,50,50,0.5,100,{label}-{round}-{seed},finished,,{i}\n"
                    );
                }
            }
        }
        return text.ToString();
    }

    /// <summary>Four rounds of every size and seed; each costs 1e-3 of pretraining.</summary>
    public static string Trainings(string task, string trained)
    {
        var text = new StringBuilder();
        foreach ((string label, long parameters) in Sizes)
        {
            for (int run = 0; run < 8; run++)
            {
                (int round, int seed) = (run / 2, run % 2);
                long total = 1000L * round * parameters;
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"ladder_{task}_{trained}_suffix,ladder,{task},{trained},suffix,{label},"
                );
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"{parameters},{seed},{round},{total},{total},{total / 2},0,0,0,0,"
                );
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"{1e6 * parameters},{round / 1000.0},{label}-{round}-{seed}\n"
                );
            }
        }
        return text.ToString();
    }

    private static double Rate(int place, int round, int seed, int iteration) =>
        iteration == 0
            ? 0
            : Math.Round(
                Math.Min(
                    0.97,
                    0.1 * iteration * Math.Exp(-0.3 * place - 0.5 * round) + 0.02 * seed
                ),
                2
            );
}

using System.Globalization;
using System.IO.Compression;
using System.Text;
using Robustness.Analysis;

namespace Robustness.Tests.Analysis;

/// <summary>A folder of made-up result tables that goes away with the test.</summary>
internal sealed class ResultsFolder : IDisposable
{
    public const string EvaluationHeader =
        "asr,iteration,num_params,seed_idx,adv_training_round,flops_per_iteration,"
        + "dataset_n_val,adversarial_eval_pre_attack_accuracy,run_id,run_created_at\n";

    public const string TrainingHeader = "train_total_flops,adv_training_round,num_params,run_id\n";

    public string Path { get; } = Directory.CreateTempSubdirectory("paper").FullName;

    public static string Row(
        double rate,
        int iteration,
        long parameters,
        int seed = 0,
        int round = 0,
        double flops = 1e15,
        string run = "a,2024-01-01T00:00:00Z"
    ) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{rate},{iteration},{parameters},{seed},{round},{flops},200,1,{run}\n"
        );

    public ResultsFolder Evaluation(string file, string text) => Add("evaluation", file, text);

    public ResultsFolder Training(string file, string text) => Add("training", file, text);

    public ResultsFolder Add(string folder, string file, string text)
    {
        string path = Directory.CreateDirectory(System.IO.Path.Combine(Path, folder)).FullName;
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        if (file.EndsWith(".gz", StringComparison.Ordinal))
        {
            using var packed = new MemoryStream();
            using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
            {
                gzip.Write(bytes);
            }
            bytes = packed.ToArray();
        }
        File.WriteAllBytes(System.IO.Path.Combine(path, file), bytes);
        return this;
    }

    public PaperResults Read(PaperConvention convention = PaperConvention.Paper) =>
        PaperResults.Read(Path, convention);

    public IReadOnlyList<Dictionary<string, string>> Table(
        string name,
        PaperConvention convention = PaperConvention.Paper
    ) =>
        PublishedResults.Rows(
            PaperTableFiles.Of(new PaperTables(Read(convention))).Single(t => t.Name == name)
        );

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

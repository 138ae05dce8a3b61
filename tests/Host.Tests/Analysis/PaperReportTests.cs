using NUnit.Framework;
using Robustness.Analysis;
using Robustness.Reporting;
using Robustness.Tests.Data;

namespace Robustness.Tests.Analysis;

/// <summary>
/// The published folder as a whole: page, tables and figures, with no NaN anywhere.
/// </summary>
public sealed class PaperReportTests
{
    private static readonly string[] s_kinds =
    [
        "finetuned",
        "asr_finetuned",
        "asr_adv_training",
        "asr_slopes",
        "adv_training",
        "adv_training_transfer",
        "post_adv_training",
        "offense_defense",
        "strongreject",
    ];

    [Test]
    public void EveryTableAndFigureIsWritten()
    {
        string folder = OptionalData.Require("paper-results");
        string outFolder = Path.Combine(TestContext.CurrentContext.WorkDirectory, "paper-report");
        string page = PaperReport.Write(folder, outFolder, PaperConvention.Paper);
        Assert.That(File.Exists(page));
        Assert.Multiple(() =>
        {
            foreach (string kind in s_kinds)
            {
                string figure = Path.Combine(outFolder, "figures", kind);
                Assert.That(File.Exists(figure + ".svg"), kind);
                Assert.That(File.Exists(figure + ".csv"), kind);
            }
            string[] tables = Directory.GetFiles(Path.Combine(outFolder, "tables"));
            Assert.That(tables, Has.Length.EqualTo(8));
            foreach (string path in tables)
            {
                Assert.That(File.ReadAllText(path), Does.Not.Contain("NaN"), path);
                Assert.That(File.ReadAllText(path), Does.Not.Contain("∞"), path);
            }
        });
    }
}

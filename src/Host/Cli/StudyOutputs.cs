using System.Globalization;
using Robustness.Reporting;
using Robustness.Results;

namespace Robustness.Cli;

/// <summary>What a store's finished runs become: tables, figures, report.</summary>
internal static class StudyOutputs
{
    /// <summary>The published target rate of the balance.</summary>
    public const double Target = 0.05;

    /// <summary>Writes everything that can be made from the finished runs.</summary>
    /// <param name="store">The store.</param>
    /// <param name="terminal">Is told what was written.</param>
    /// <param name="target">Success rate that offence has to reach in the balance.</param>
    public static void Write(ResultStore store, Terminal terminal, double target = Target)
    {
        var results = StudyResults.Read(store);
        TellFaults(results, terminal);
        var evaluations = results.Evaluations();
        if (evaluations.Count == 0)
        {
            terminal.Say($"{store.Folder}: no evaluation is done yet, so there are no tables.");
            return;
        }
        string path = Path.Combine(store.TablesFolder, EvaluationTable.FileName);
        EvaluationTable.Build(evaluations).Write(path);
        terminal.Say($"Tables: {path}.csv");
        var trainings = results.Trainings();
        if (trainings.Count > 0)
        {
            string training = Path.Combine(store.TablesFolder, TrainingTable.FileName);
            TrainingTable.Build(trainings).Write(training);
            terminal.Say($"        {training}.csv");
        }
        var data = new ReportData(results, store, target);
        string breaches = Path.Combine(store.TablesFolder, $"{BreachTable.FileName}.csv");
        AtomicFile.WriteText(breaches, data.Breaches().ToCsv());
        terminal.Say($"        {breaches}");
        terminal.Say($"Report: {StudyReport.Write(data.Build(), store.Folder)}");
    }

    private static void TellFaults(StudyResults results, Terminal terminal)
    {
        if (results.Faults.Count > 0)
        {
            terminal.Say(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{results.Faults.Count} runs are left out, the first of them: "
                        + $"{results.Faults[0]}. Run the study again to do them again."
                )
            );
        }
    }
}

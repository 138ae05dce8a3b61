using System.Globalization;

namespace Robustness.Tests.Cli;

/// <summary>A study of a second or two, and its table.</summary>
internal static class TinyStudy
{
    /// <summary>The study file.</summary>
    public const string Text = """
        name: tiny
        model: { context: 128, rotary_base: 100, initialization: fan_in }
        sizes:
          - { width: 16, layers: 1, heads: 1, pretraining_rate: 5e-3 }
          - { width: 32, layers: 1, heads: 1, pretraining_rate: 4e-3 }
        pretraining: { steps: 8, batch: 4, window: 64 }
        tasks:
          - { name: word-length, instructions: short, rows_per_split: 600 }
        fine_tuning: { steps: 4, batch: 4, optimizer: adamw, learning_rate: 1e-3 }
        evaluation: { rows: 30, attacked_rows: 4 }
        attacks:
          - { name: random_token, tokens: 4, iterations: 3 }
          - { name: gcg, tokens: 4, iterations: 2, candidates: 8, top_k: 8 }
        """;

    /// <summary>The study with stages that take longer, and more of them.</summary>
    /// <param name="scale">1: some tenths of a second a stage; 40: some seconds.</param>
    public static string Longer(int scale) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            name: tiny
            model: { context: 128, rotary_base: 100, initialization: fan_in }
            sizes:
              - { width: 16, layers: 1, heads: 1, pretraining_rate: 5e-3 }
              - { width: 64, layers: 2, heads: 2, pretraining_rate: 2e-3 }
            pretraining: { steps: {{10 * scale}}, batch: 16, window: 64 }
            tasks:
              - { name: word-length, instructions: short, rows_per_split: 600 }
            fine_tuning:
              { steps: {{5 * scale}}, batch: 16, optimizer: adamw, learning_rate: 1e-3 }
            evaluation: { rows: 60, attacked_rows: 24 }
            attacks:
              - { name: random_token, tokens: 8, iterations: {{5 * scale}} }
              - { name: gcg, tokens: 8, iterations: {{1 + (scale / 2)}}, candidates: 64, top_k: 32 }
            """
        );

    /// <summary>The table without the FLOPs as executed, which caches do change.</summary>
    public static string WithoutExecuted(string store)
    {
        string path = Path.Combine(store, "tables", "evaluations.csv");
        string[][] rows = [.. File.ReadLines(path).Select(l => l.Split(','))];
        int[] kept =
        [
            .. Enumerable
                .Range(0, rows[0].Length)
                .Where(c => rows[0][c] is not "executed_flops_per_iteration")
                .Where(c => rows[0][c] is not "linear_flops_per_iteration"),
        ];
        return string.Join('\n', rows.Select(r => string.Join(',', kept.Select(c => r[c]))));
    }
}

using Robustness.Attacks;
using Robustness.Backends.Cpu;
using Robustness.Data;
using Robustness.Models;
using Robustness.Tests.Models;
using Robustness.Tokens;

namespace Robustness.Tests.Attacks;

/// <summary>A byte-level classifier with random weights, and rows of both chunk kinds.</summary>
internal static class AttackFixture
{
    public static readonly ModelConfig Config = TinyModel.Config with { VocabularySize = 128 };

    public static readonly AttackSettings Gcg = new()
    {
        Kind = AttackKind.Gcg,
        TokenCount = 6,
        IterationCount = 4,
        CandidateCount = 24,
        TopK = 16,
        Seed = 3,
    };

    public static List<Example> Rows(
        int count,
        ChunkKind kind = ChunkKind.Overwritable,
        string after = "\n\nAnswer:"
    ) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => new Example(
                    i,
                    [
                        new Chunk(ChunkKind.Immutable, "Same?\nSystem: " + new string('a', i % 7)),
                        new Chunk(kind, kind == ChunkKind.Overwritable ? "" : "some words here"),
                        new Chunk(ChunkKind.Immutable, after),
                    ],
                    i % 2
                )),
        ];

    /// <summary>Byte pairs of the rows' own words and of text beyond ASCII.</summary>
    public static Tokenizer BytePairs() =>
        BpeTrainer.Train(
            string.Join(" ", Rows(7).Select(row => row.Text))
                + " zoë naïve Zürich zoë naïve Zürich",
            300
        );

    public static EvaluationResult Evaluate(
        AttackSettings settings,
        IReadOnlyList<Example> rows,
        int threads = 1,
        int bits = 0,
        Precision precision = Precision.F32
    )
    {
        using var backend = new CpuBackend(threads, bits == 0 ? VectorWidth.Widest : bits);
        using var model = TinyModel.Create(backend, Config with { Precision = precision });
        return Evaluation.Run(
            backend,
            model,
            ByteTokenizer.Ascii,
            rows,
            settings,
            "fixture",
            null,
            CancellationToken.None
        );
    }

    /// <summary>Everything an attack found, as text: equal texts are equal bits.</summary>
    public static string Fingerprint(EvaluationResult result) =>
        string.Join(
            "\n",
            result.Traces.SelectMany(trace =>
                trace.Iterations.Select(entry =>
                    string.Join(
                        " ",
                        trace.RowId,
                        entry.Iteration,
                        string.Join(",", entry.AttackIds),
                        string.Join(",", entry.Logits.Select(BitConverter.SingleToInt32Bits)),
                        BitConverter.DoubleToInt64Bits(entry.Loss),
                        entry.Success,
                        entry.CandidatesScored,
                        entry.Flops.Paper,
                        entry.Flops.Published
                    )
                )
            )
        );
}

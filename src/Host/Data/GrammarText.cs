using Robustness.Numerics;

namespace Robustness.Data;

/// <summary>
/// Windows of the pretraining grammar. A window is a document of its own: lines from its first
/// token on, cut at its last.
/// </summary>
/// <remarks>
/// Stream <c>pretraining/text</c>, t = 0, row id = document index = step · batch size + row; lines
/// are drawn, kind first, until the window is full. The first steps see copied lines only.
/// </remarks>
public sealed class GrammarText : IPretrainingText
{
    private readonly PretrainingGrammar _grammar;
    private readonly ITextEncoder _encoder;
    private readonly StreamKey _key;
    private readonly int _batchSize;
    private readonly int _copyPhaseSteps;

    /// <summary>The text of one pretraining run.</summary>
    /// <param name="grammar">The lines.</param>
    /// <param name="encoder">The model's tokenizer.</param>
    /// <param name="key">The stream; <see cref="KeyFor"/> names it.</param>
    /// <param name="windowLength">T.</param>
    /// <param name="batchSize">Windows of a step.</param>
    /// <param name="stepCount">Steps planned: they set the length of the copy phase.</param>
    public GrammarText(
        PretrainingGrammar grammar,
        ITextEncoder encoder,
        StreamKey key,
        int windowLength,
        int batchSize,
        int stepCount
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(windowLength);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        _grammar = grammar;
        _encoder = encoder;
        _key = key;
        _batchSize = batchSize;
        _copyPhaseSteps = (int)(grammar.Settings.CopyPhaseShare * stepCount);
        WindowLength = windowLength;
    }

    /// <inheritdoc/>
    public int WindowLength { get; }

    /// <summary>The stream of a pretraining run.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="scope">Hash of the run's scientific settings, or empty.</param>
    public static StreamKey KeyFor(long seed, string scope) =>
        StreamKey.Create(seed, "pretraining/text", scope);

    /// <inheritdoc/>
    public void Fill(int step, int row, Span<int> ids, Span<float> weights)
    {
        ulong document = ((ulong)step * (ulong)_batchSize) + (ulong)row;
        var stream = new Philox(_key, 0, document);
        Span<char> text = stackalloc char[_grammar.LongestLine];
        Span<MarkKind> marks = stackalloc MarkKind[_grammar.LongestLine];
        Span<int> tokens = stackalloc int[_grammar.LongestLine];
        int filled = 0;
        while (filled <= WindowLength)
        {
            LineKind kind = _grammar.DrawKind(ref stream, step < _copyPhaseSteps);
            int length = _grammar.WriteLine(ref stream, kind, text, marks);
            int count = _encoder.Encode(text[..length], tokens);
            int place = 0;
            for (int token = 0; token < count && filled <= WindowLength; token++)
            {
                int end = place + _encoder.ByteCount(tokens[token]);
                ids[filled] = tokens[token];
                if (filled > 0)
                {
                    weights[filled - 1] = Weight(marks[place..end]);
                }
                filled++;
                place = end;
            }
        }
    }

    private float Weight(ReadOnlySpan<MarkKind> marks)
    {
        foreach (MarkKind mark in marks)
        {
            if (mark is MarkKind.Given or MarkKind.Equality or MarkKind.Length)
            {
                return _grammar.Settings.MarkWeight;
            }
        }
        return 1;
    }
}

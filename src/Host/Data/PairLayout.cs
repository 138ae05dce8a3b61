namespace Robustness.Data;

/// <summary>
/// The prompt of a task on two words: instructions, the words in labelled lines, an overwritable
/// chunk, the answer prompt (sections 2.1 and 2.3).
/// </summary>
/// <param name="Instructions">The first chunk.</param>
/// <param name="FirstField">Label of the first word's line.</param>
/// <param name="SecondField">Label of the second word's line.</param>
public sealed record PairLayout(string Instructions, string FirstField, string SecondField)
{
    /// <summary>The last chunk of every task's prompt.</summary>
    public const string AnswerPrompt = "\n\nAnswer:";

    /// <summary>The second chunk: both words in their lines.</summary>
    public string Content(string first, string second) =>
        $"{FirstField}: {first}\n{SecondField}: {second}\n---\n";

    /// <summary>The whole prompt while the overwritable chunk is empty.</summary>
    public string Prompt(string content) => Instructions + content + AnswerPrompt;

    /// <summary>The prompt in chunks.</summary>
    public IReadOnlyList<Chunk> Chunks(string content) =>
        [
            new(ChunkKind.Immutable, Instructions),
            new(ChunkKind.Immutable, content),
            new(ChunkKind.Overwritable, ""),
            new(ChunkKind.Immutable, AnswerPrompt),
        ];
}

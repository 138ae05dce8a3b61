namespace Robustness.Data;

/// <summary>One part of a prompt: its text and what an attack may do to it.</summary>
/// <param name="Kind">What is allowed.</param>
/// <param name="Text">The text; may be empty.</param>
public sealed record Chunk(ChunkKind Kind, string Text);

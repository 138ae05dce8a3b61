using System.Runtime.InteropServices;
using Robustness.Numerics;

namespace Robustness.Data;

/// <summary>
/// Random text in the overwritable chunk of some fine-tuning rows, drawn anew at every use, so that
/// text in the chunk is nothing new to the model and an attack has to search.
/// </summary>
/// <remarks>
/// Stream <c>fine-tuning/chunk-noise</c>, t = epoch, row = row id. Draws in this order: a double,
/// filled when below the share; a length, uniform in 1 .. 16; that many characters, each uniform in
/// ASCII 33 .. 126. The blank is left out: a run of them would be invisible in reports.
/// </remarks>
/// <param name="key">The stream; <see cref="KeyFor"/> names it.</param>
/// <param name="share">Share of rows filled, 0 to 1; 0 gives the paper's rows.</param>
public sealed class ChunkNoise(StreamKey key, double share)
{
    /// <summary>Characters in the longest noise.</summary>
    public const int LongestLength = 16;

    private const char FirstCharacter = '!';
    private const uint CharacterCount = '~' - '!' + 1;

    private readonly double _share = share is >= 0 and <= 1
        ? share
        : throw new ArgumentOutOfRangeException(
            nameof(share),
            $"Chunk noise is {share}; it is a share from 0 to 1."
        );

    /// <summary>The stream of a training run.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="scope">Hash of the run's scientific settings, or empty.</param>
    public static StreamKey KeyFor(long seed, string scope) =>
        StreamKey.Create(seed, "fine-tuning/chunk-noise", scope);

    /// <summary>
    /// The chunk's text for one use of a row; empty where the row stays as it is.
    /// </summary>
    public string Text(int epoch, int rowId)
    {
        Span<char> text = stackalloc char[LongestLength];
        return new string(text[..Draw(epoch, rowId, text)]);
    }

    /// <summary>
    /// The prompt for one use of an example: noise replaces the text of an overwritable chunk;
    /// prompts whose chunk is perturbable stay as they are.
    /// </summary>
    public string Prompt(Example example, int epoch)
    {
        var prompt = new List<char>();
        Append(prompt, example, epoch);
        return new string(CollectionsMarshal.AsSpan(prompt));
    }

    /// <summary>Appends <see cref="Prompt"/>; makes no string.</summary>
    public void Append(List<char> prompt, Example example, int epoch)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentNullException.ThrowIfNull(example);
        if (_share == 0 || example.Attackable.Kind != ChunkKind.Overwritable)
        {
            prompt.AddRange(example.Text.AsSpan());
            return;
        }
        Span<char> text = stackalloc char[LongestLength];
        int length = Draw(epoch, example.RowId, text);
        for (int index = 0; index < example.Chunks.Count; index++)
        {
            prompt.AddRange(
                index == example.AttackableIndex
                    ? text[..length]
                    : example.Chunks[index].Text.AsSpan()
            );
        }
    }

    /// <summary>Draws into [<see cref="LongestLength"/>]; how many characters there are.</summary>
    private int Draw(int epoch, int rowId, Span<char> text)
    {
        var stream = new Philox(key, (uint)epoch, (ulong)rowId);
        if (stream.NextDouble() >= _share)
        {
            return 0;
        }
        int length = 1 + (int)stream.NextBelow(LongestLength);
        for (int index = 0; index < length; index++)
        {
            text[index] = (char)(FirstCharacter + stream.NextBelow(CharacterCount));
        }
        return length;
    }
}

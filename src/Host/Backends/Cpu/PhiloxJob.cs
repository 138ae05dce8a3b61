using Robustness.Compute;
using Robustness.Numerics;

namespace Robustness.Backends.Cpu;

/// <summary>Random words, four to a row of the job.</summary>
internal readonly unsafe struct PhiloxJob(Tensor words, StreamKey key, uint t, ulong row) : IRowJob
{
    /// <summary>Words that one counter block yields.</summary>
    public const int BlockWords = 4;

    public void Run<T>(int first, int end)
        where T : struct, ILanes<T>
    {
        for (int k = first; k < end; k++)
        {
            var block = Philox.Block(key, (uint)k, t, (uint)row, (uint)(row >> 32));
            var drawn = (ReadOnlySpan<uint>)[block.W0, block.W1, block.W2, block.W3];
            for (int j = 0; j < BlockWords && (k * (long)BlockWords) + j < words.Count; j++)
            {
                words.Ints[(k * (long)BlockWords) + j] = (int)drawn[j];
            }
        }
    }
}

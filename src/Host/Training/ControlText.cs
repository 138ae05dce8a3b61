using Robustness.Numerics;
using Robustness.Tokens;

namespace Robustness.Training;

/// <summary>
/// The control arm's text: as many tokens as the attack has, uniform over what an attack may use.
/// Stream <c>adversarial/control</c>, t = round, row = row id.
/// </summary>
internal sealed class ControlText(AdversarialContext context, int tokenCount, Tokenizer tokenizer)
{
    private readonly StreamKey _key = StreamKey.Create(
        context.Seed,
        "adversarial/control",
        context.Scope
    );

    public string Draw(int round, int rowId)
    {
        var draws = new Philox(_key, (uint)round, (ulong)rowId);
        int[] ids = new int[tokenCount];
        foreach (ref int id in ids.AsSpan())
        {
            do
            {
                id = (int)draws.NextBelow((uint)tokenizer.BaseVocabularySize);
            } while (tokenizer.IsBanned(id));
        }
        return tokenizer.Decode(ids);
    }
}

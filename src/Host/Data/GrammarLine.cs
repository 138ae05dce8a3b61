namespace Robustness.Data;

/// <summary>A line under construction: its characters, and what each asks of the model.</summary>
internal ref struct GrammarLine(Span<char> text, Span<MarkKind> marks)
{
    private readonly Span<char> _text = text;
    private readonly Span<MarkKind> _marks = marks;

    /// <summary>Characters so far.</summary>
    public int Length { get; private set; }

    /// <summary>Adds characters that ask nothing.</summary>
    public void Add(scoped ReadOnlySpan<char> part)
    {
        part.CopyTo(_text[Length..]);
        _marks.Slice(Length, part.Length).Clear();
        Length += part.Length;
    }

    /// <summary>Adds one character.</summary>
    public void Add(char character, MarkKind mark = MarkKind.None)
    {
        _text[Length] = character;
        _marks[Length++] = mark;
    }

    /// <summary>
    /// Adds a repeat: from its third character on it can be told from what came before.
    /// </summary>
    public void AddRepeat(scoped ReadOnlySpan<char> part)
    {
        const int Context = 2;
        int start = Length;
        Add(part);
        if (part.Length > Context)
        {
            _marks[(start + Context)..Length].Fill(MarkKind.Copied);
        }
    }

    /// <summary>Adds Y for equal words, N for others.</summary>
    public void AddEquality(bool equal) => Add(equal ? 'Y' : 'N', MarkKind.Equality);

    /// <summary>Adds + for a longer word, - for others.</summary>
    public void AddLength(bool longer) => Add(longer ? '+' : '-', MarkKind.Length);
}

namespace Robustness.Emulator;

/// <summary>Kind of a token.</summary>
internal enum PtxTokenKind
{
    Word,
    Number,
    Text,
    Mark,
    End,
}

/// <summary>One token of PTX text; a word keeps its dots, as in ld.global.v4.f32.</summary>
internal readonly record struct PtxToken(PtxTokenKind Kind, string Text, int Line)
{
    public bool Is(string text) => Kind is PtxTokenKind.Word or PtxTokenKind.Mark && Text == text;
}

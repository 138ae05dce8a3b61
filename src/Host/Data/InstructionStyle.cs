namespace Robustness.Data;

/// <summary>How much a procedural task's prompt says.</summary>
public enum InstructionStyle
{
    /// <summary>A word or two, for byte-level models of a few thousand weights.</summary>
    Short,

    /// <summary>The content and length of the paper's prompts (section 2.3).</summary>
    Paper,
}

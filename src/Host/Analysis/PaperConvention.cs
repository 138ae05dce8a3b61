namespace Robustness.Analysis;

/// <summary>Which of the publication's known slips are kept.</summary>
public enum PaperConvention
{
    /// <summary>
    /// As published: pretraining compute of Qwen2.5 3B and 7B swapped, attack compute of 12b GCG
    /// on fine-tuned models raised by 1.6 (IMDB), 1.78 (Spam), 1.75 (PasswordMatch).
    /// </summary>
    Paper,

    /// <summary>Each model its own pretraining compute, no factors.</summary>
    Corrected,
}

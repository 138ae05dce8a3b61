using System.Globalization;

namespace Robustness.Tests.Cli;

/// <summary>Cancels when a line that begins with a text is written.</summary>
internal sealed class CancellingWriter(CancellationTokenSource source, string line)
    : StringWriter(CultureInfo.InvariantCulture)
{
    /// <inheritdoc/>
    public override void WriteLine(string? value)
    {
        if (value?.StartsWith(line, StringComparison.Ordinal) == true)
        {
            source.Cancel();
        }
        base.WriteLine(value);
    }
}

using System.CommandLine;
using Robustness.Cli.Kernels;

namespace Robustness.Cli;

/// <summary><c>kernels</c>: what the kernels are, how they compile, and how one runs.</summary>
internal static class KernelsCommand
{
    public static Command Create(Terminal terminal) =>
        new("kernels", "Looks at kernels, compiles and runs them.")
        {
            KernelsListCommand.Create(terminal),
            KernelsCompileCommand.Create(terminal),
            KernelsRunCommand.Create(terminal),
        };
}

using Robustness.Cli;

return CommandLine.Run(args);

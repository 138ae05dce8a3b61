using System.CommandLine;

namespace Robustness.Cli;

/// <summary><c>train</c>: one model, from scratch, on a task, or adversarially.</summary>
internal static class TrainCommand
{
    public static Command Create(Terminal terminal)
    {
        var model = new Argument<string?>("model")
        {
            Description = "The model to train further; without one a fresh model learns from text.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var output = new Option<string>("--out")
        {
            Description = "Folder of the trained model; it must not be there yet.",
            Required = true,
        };
        var options = new TrainingOptions();
        var threads = CommonOptions.Threads();
        var backend = CommonOptions.Backend();
        var json = CommonOptions.Json("what was trained and spent");
        return CheckedCommand.Create(
            "train",
            "Trains one model. An interrupted training goes on with the same command; the same "
                + "settings give the same weights as in a study.\n\n"
                + "Examples:\n"
                + "  robustness train --out tiny --width 32 --context 128 --rotary-base 100 "
                + "--initialization fan_in --learning-rate 4e-3 --steps 300\n"
                + "  robustness train tiny --out words --task word-length --instructions short "
                + "--optimizer adamw --learning-rate 1e-3 --steps 60 --chunk-noise 0.9\n"
                + "  robustness train tiny --out spam --data spam.jsonl --text text --label label "
                + "--classes 0 1 --optimizer adamw --learning-rate 1e-3 --steps 60\n"
                + "  robustness train words --out hardened --adversarial --preset quick",
            (parsed, faults) => options.Read(parsed, parsed.Sound(model), faults),
            (parsed, request) =>
                new TrainRun(terminal, request, TimeProvider.System)
                {
                    Folder = parsed.GetRequiredValue(output),
                    Json = parsed.GetValue(json),
                }.Run(() => BackendFactory.Create(parsed.GetValue(threads))),
            [model, output, .. options.All, threads, backend, json]
        );
    }
}

using System.CommandLine;
using Robustness.Backends.Cpu;
using Robustness.Data;
using Robustness.Results;
using Robustness.Tokens;

namespace Robustness.Cli.Bench;

/// <summary><c>bench attack</c>: candidates of GCG in a second.</summary>
internal sealed class BenchAttackCommand
{
    private const string UsualPrompts = "60,300";

    private readonly Option<int> _layers = BenchOptions.Count("--layers", 4, "Layers.");
    private readonly Option<int> _tokens = BenchOptions.Count("--tokens", 10, "Attack tokens.");
    private readonly Option<int> _after = BenchOptions.Count(
        "--after",
        3,
        "Tokens after the attack."
    );
    private readonly Option<int> _candidates = BenchOptions.Count(
        "--candidates",
        128,
        "Candidates of an iteration."
    );
    private readonly Option<int> _batch = BenchOptions.Count(
        "--batch",
        8,
        "Examples that share launches."
    );
    private readonly Option<int> _iterations = BenchOptions.Count(
        "--iterations",
        8,
        "Iterations that are measured."
    );
    private readonly Option<string?> _sizes = BenchOptions.Sizes("d", "Widths; 128 unless given.");
    private readonly Option<string> _prompt = new("--prompt")
    {
        Description = "Tokens of a prompt, attack included, or several numbers.",
        DefaultValueFactory = _ => UsualPrompts,
    };
    private readonly Option<string?> _tokenizer = new("--tokenizer")
    {
        Description = "tokenizer.json of the classifier, or its folder; ASCII bytes unless given.",
    };
    private readonly Option<bool> _noPrefix = CommonOptions.NoPrefixCache();
    private readonly Option<bool> _noReuse = CommonOptions.NoPositionReuse();
    private readonly Option<bool> _operations = BenchCommand.Operations();

    private BenchAttackCommand() { }

    public static Command Create(Terminal terminal) => new BenchAttackCommand().Make(terminal);

    private Command Make(Terminal terminal)
    {
        var command = new Command(
            AttackBench.Name,
            "Iterations of GCG against a small classifier.\n\n"
                + "Examples:\n"
                + "  robustness bench attack --operations\n"
                + "  robustness bench attack --no-position-reuse --no-prefix-cache --json "
                + "> plain.json\n"
                + "  robustness bench attack --prompt 60 --compare plain.json"
        )
        {
            _sizes,
            _layers,
            _prompt,
            _tokens,
            _after,
            _candidates,
            _batch,
            _iterations,
            _tokenizer,
            _noPrefix,
            _noReuse,
            _operations,
        };
        var options = new BenchOptions(command, BenchLayout.Attack);
        command.SetAction(parsed =>
        {
            var sizes = Sizes(parsed);
            var tokenizer = TokenizerOf(parsed);
            return options.Run(
                terminal,
                parsed,
                () =>
                    new AttackBench(TimeProvider.System, tokenizer).Run(
                        options.Threads(parsed),
                        VectorWidth.Chosen(),
                        sizes,
                        parsed.GetValue(_iterations),
                        parsed.GetValue(_operations)
                    )
            );
        });
        return command;
    }

    private Tokenizer TokenizerOf(ParseResult parsed)
    {
        if (parsed.GetValue(_tokenizer) is not { } path)
        {
            return ByteTokenizer.Ascii;
        }
        try
        {
            return Tokenizer.Load(path);
        }
        catch (DataException e)
        {
            throw new InputFaultException($"--tokenizer: {e.Message}");
        }
    }

    private List<AttackBenchSize> Sizes(ParseResult parsed)
    {
        int tokens = parsed.GetValue(_tokens);
        int after = parsed.GetValue(_after);
        int candidates = parsed.GetValue(_candidates);
        int[][] widths = BenchOptions.Parse("--sizes", parsed.GetValue(_sizes) ?? "128", "d");
        int[][] prompts = BenchOptions.Parse("--prompt", parsed.GetValue(_prompt)!, "T");
        foreach (int[] prompt in prompts)
        {
            if (prompt[0] <= tokens + after)
            {
                throw new InputFaultException(
                    $"--prompt: found {prompt[0]}; allowed: more than the {tokens} tokens of the "
                        + $"attack and the {after} after it."
                );
            }
        }
        if (candidates > tokens * AttackBench.TopK)
        {
            throw new InputFaultException(
                $"--candidates: found {candidates}; allowed: at most {tokens} tokens x top-"
                    + $"{AttackBench.TopK}."
            );
        }
        return
        [
            .. from width in widths
            from prompt in prompts
            select new AttackBenchSize(
                width[0],
                parsed.GetValue(_layers),
                prompt[0],
                tokens,
                after,
                candidates,
                parsed.GetValue(_batch),
                !parsed.GetValue(_noPrefix),
                !parsed.GetValue(_noReuse)
            ),
        ];
    }
}

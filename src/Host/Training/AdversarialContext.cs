namespace Robustness.Training;

/// <summary>How far adversarial training is.</summary>
/// <param name="Round">The round it is in, from 1; 0 before the first.</param>
/// <param name="RoundCount">Rounds in all.</param>
/// <param name="Share">Of the whole work, 0 to 1.</param>
/// <param name="ExamplesDone">Of this round, attacked so far.</param>
/// <param name="BrokenCount">Of those that were right before, broken.</param>
/// <param name="Loss">Mean loss of the latest step, or null while attacking.</param>
/// <param name="Ended">What the round did, when it has just ended.</param>
public readonly record struct AdversarialProgress(
    int Round,
    int RoundCount,
    double Share,
    int ExamplesDone,
    int BrokenCount,
    double? Loss,
    RoundOutcome? Ended
);

/// <summary>What adversarial training needs to know of the world around it.</summary>
/// <param name="Seed">Seed of its streams.</param>
/// <param name="Scope">Scope of its streams: the run's key.</param>
/// <param name="RoundsFolder">Where each round's model goes, <c>0001</c> and on.</param>
/// <param name="StateFolder">Where it saves itself to go on after an interruption.</param>
/// <param name="Progress">Told as it goes on; or null.</param>
/// <param name="Cancellation">Stops between launches and steps.</param>
public sealed record AdversarialContext(
    long Seed,
    string Scope,
    string RoundsFolder,
    string StateFolder,
    Action<AdversarialProgress>? Progress,
    CancellationToken Cancellation
)
{
    /// <summary>Folder of a round's model.</summary>
    public string FolderOf(int round) => RoundFolders.Of(RoundsFolder, round);

    /// <summary>
    /// Scope of the attack's streams in one round: the run's and the round in four hex digits, so
    /// that a row which is drawn again is attacked with other draws.
    /// </summary>
    public string AttackScope(int round) => FormattableString.Invariant($"{Scope}{round:x4}");
}

/// <summary>Names of the folders of round models.</summary>
public static class RoundFolders
{
    /// <summary>The folder that holds them all, beside the pool.</summary>
    public const string FolderName = "rounds";

    /// <summary>A round's folder.</summary>
    public static string Of(string roundsFolder, int round) =>
        Path.Combine(roundsFolder, FormattableString.Invariant($"{round:0000}"));
}

using Robustness.Analysis;

namespace Robustness.Reporting;

/// <summary>
/// Whether adversarial training removed what search gains over random strings, or only the
/// surprise at any inserted text. Success of the search = success of random strings + the
/// search's gain; a fall of the one or the other is a different defence.
/// </summary>
/// <param name="Search">The group attacked by search.</param>
/// <param name="Random">The same models attacked by random strings; null if they were not.</param>
/// <param name="Size">The size.</param>
/// <param name="Rounds">Rounds evaluated, ascending.</param>
internal sealed record SearchOrSurprise(
    ResultGroup Search,
    ResultGroup? Random,
    LadderSize Size,
    IReadOnlyList<RoundRates> Rounds
)
{
    private const double Noticeable = 0.05;

    /// <summary>Every group attacked by search as it was trained, size by size.</summary>
    public static IReadOnlyList<SearchOrSurprise> Of(RoundsData data)
    {
        HashSet<string> search =
        [
            .. data.Evaluations.Where(e => e.Role == AttackRole.Search).Select(e => e.Group),
        ];
        HashSet<string> random =
        [
            .. data.Evaluations.Where(e => e.Role == AttackRole.Random).Select(e => e.Group),
        ];
        ResultGroup[] groups = [.. data.Published.Groups.Select(g => g.Group)];
        return
        [
            .. from rows in data.Published.Groups
            let own = rows.Group
            where own.Kind == GroupKind.AdversariallyTrained && search.Contains(own.Name)
            let beside = groups.FirstOrDefault(g =>
                random.Contains(g.Name)
                && (g.Family, g.Task, g.TrainedAttack, g.Position)
                    == (own.Family, own.Task, own.TrainedAttack, own.Position)
            )
            from size in rows.Sizes
            select new SearchOrSurprise(own, beside, size, RatesOf(data, own, beside, size)),
        ];
    }

    private static RoundRates[] RatesOf(
        RoundsData data,
        ResultGroup search,
        ResultGroup? random,
        LadderSize size
    )
    {
        ILookup<int, RoundEvaluation> own = ByRound(data, search.Name, size);
        ILookup<int, RoundEvaluation>? beside = random is null
            ? null
            : ByRound(data, random.Name, size);
        return
        [
            .. own.OrderBy(r => r.Key)
                .Select(r => new RoundRates(
                    r.Key,
                    r.Count(),
                    Pooled(r.Select(e => (Share?)e.Broken))!.Value,
                    beside is null ? null : Pooled(beside[r.Key].Select(e => (Share?)e.Broken)),
                    Pooled(r.Select(e => (Share?)e.Clean))!.Value,
                    Pooled(r.Select(e => e.RandomInsertion))
                )),
        ];
    }

    private static ILookup<int, RoundEvaluation> ByRound(
        RoundsData data,
        string group,
        LadderSize size
    ) => data.OfSize(group, size.Parameters).ToLookup(e => e.Round);

    private static Share? Pooled(IEnumerable<Share?> shares)
    {
        Share[] known = [.. shares.OfType<Share>()];
        return known.Length == 0 ? null : known.Aggregate((a, b) => a + b);
    }

    /// <summary>The finding in one or two sentences; null for the control arm.</summary>
    public string? Sentence()
    {
        if (Search.IsControl || Rounds.Count < 2)
        {
            return null;
        }
        RoundRates first = Rounds[0];
        RoundRates last = Rounds[^1];
        string attack = PaperNames.Attack(Search.Attack);
        string where =
            $"{Size.Label}, trained on {PaperNames.Attack(Search.TrainedAttack)}, "
            + $"{Search.Position}, {ReportText.Count(last.SeedCount, "seed")}: {attack} broke "
            + $"{ReportText.WithInterval(first.Search)} at round {first.Round} and "
            + $"{ReportText.WithInterval(last.Search)} at round {last.Round}";
        if (first.Random is not { } before || last.Random is not { } after)
        {
            return where
                + ". No random strings were tried on both, so search and surprise cannot be told "
                + "apart.";
        }
        string numbers =
            $"{where}, random strings {ReportText.WithInterval(before)} and "
            + $"{ReportText.WithInterval(after)}{Insertion(first, last)}. ";
        return numbers + Judgement(first, before, last, after);
    }

    private static string Insertion(RoundRates first, RoundRates last) =>
        first.Insertion is { } before && last.Insertion is { } after
            ? $"; accuracy under one random insertion was {ReportText.Rate(before)} and "
                + ReportText.Rate(after)
            : "";

    /// <summary>What went; null where that cannot be told, or for the control arm.</summary>
    public RemovedPart? Removed()
    {
        if (
            Search.IsControl
            || Rounds.Count < 2
            || Rounds[0].Random is not { } before
            || Rounds[^1].Random is not { } after
        )
        {
            return null;
        }
        double fall = Rounds[0].Search.Value - Rounds[^1].Search.Value;
        double surprise = before.Value - after.Value;
        return fall < Noticeable ? RemovedPart.Nothing
            : surprise >= fall - Noticeable ? RemovedPart.Surprise
            : surprise < Noticeable ? RemovedPart.Gain
            : RemovedPart.Both;
    }

    private string Judgement(RoundRates first, Share before, RoundRates last, Share after)
    {
        double fall = first.Search.Value - last.Search.Value;
        double surprise = before.Value - after.Value;
        return Removed() switch
        {
            RemovedPart.Nothing => "Success of the search did not fall noticeably.",
            RemovedPart.Surprise => "The fall is that of random strings: training removed the "
                + "surprise at inserted text, not the search's gain.",
            RemovedPart.Gain => "Random strings did about as well before as after: training "
                + "removed the search's gain, not a surprise.",
            _ => $"Of the fall of {ReportText.Rate(fall)}, {ReportText.Rate(fall - surprise)} is "
                + $"the search's gain and {ReportText.Rate(surprise)} the surprise at inserted "
                + "text.",
        };
    }
}

/// <summary>What a fall of the search's success consists of.</summary>
internal enum RemovedPart
{
    /// <summary>There was no fall.</summary>
    Nothing,

    /// <summary>Random strings fell as far.</summary>
    Surprise,

    /// <summary>Random strings did not fall.</summary>
    Gain,

    /// <summary>Random strings fell, but less.</summary>
    Both,
}

/// <summary>Rates of one round, the seeds pooled.</summary>
/// <param name="Round">The round.</param>
/// <param name="SeedCount">Seeds pooled.</param>
/// <param name="Search">Rows broken by the search at its last iteration.</param>
/// <param name="Random">Rows broken by some random string; null: not tried.</param>
/// <param name="Clean">Right answers.</param>
/// <param name="Insertion">Right answers with one random insertion; null: not scored.</param>
internal sealed record RoundRates(
    int Round,
    int SeedCount,
    Share Search,
    Share? Random,
    Share Clean,
    Share? Insertion
);

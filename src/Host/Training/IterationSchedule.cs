namespace Robustness.Training;

/// <summary>What R means in the schedule of attack iterations (4.2).</summary>
public enum ScheduleReading
{
    /// <summary>R = rounds: the last round attacks with the last count of the schedule.</summary>
    Rounds,

    /// <summary>
    /// R = rounds + 1, the untrained round 0 counted: the schedule's end is never reached.
    /// </summary>
    RoundsPlusOne,
}

/// <summary>
/// Attack iterations by round (4.2): start + int(i · rate), rate = (end − start) / (R − 1), for
/// i = 0 .. R − 1.
/// </summary>
/// <param name="Start">Iterations of the first round.</param>
/// <param name="End">Iterations at i = R − 1; not below the start.</param>
public sealed record IterationSchedule(int Start, int End)
{
    /// <summary>The same number in every round.</summary>
    public static IterationSchedule Constant(int iterations) => new(iterations, iterations);

    /// <summary>A start and a growth per round: end = start + int(rate · (R − 1)).</summary>
    public static IterationSchedule FromStart(int start, double rate, int count) =>
        new(start, start + (int)(rate * (count - 1)));

    /// <summary>An end and a growth per round: start = end − int(rate · (R − 1)).</summary>
    public static IterationSchedule FromEnd(int end, double rate, int count) =>
        new(end - (int)(rate * (count - 1)), end);

    /// <summary>R of a number of rounds.</summary>
    public static int Count(int roundCount, ScheduleReading reading) =>
        reading == ScheduleReading.Rounds ? roundCount : roundCount + 1;

    /// <summary>Iterations of a round, counted from 1.</summary>
    public int Iterations(int round, int roundCount, ScheduleReading reading)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(round, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(round, roundCount);
        int count = Count(roundCount, reading);
        if (count <= 1)
        {
            return Start;
        }
        double rate = (End - Start) / (double)(count - 1);
        return Start + (int)((round - 1) * rate);
    }

    /// <summary>What is wrong with it for a number of rounds, or null.</summary>
    public string? Fault(int roundCount, ScheduleReading reading)
    {
        if (Start < 1)
        {
            return FormattableString.Invariant($"found start {Start}; allowed: from 1");
        }
        if (End < Start)
        {
            return FormattableString.Invariant($"found {Start} to {End}, which falls; ")
                + "allowed: an end that is not below the start";
        }
        return Count(roundCount, reading) <= 1 && Start != End
            ? FormattableString.Invariant($"found {Start} to {End} for one round; ")
                + "allowed: with one round the start equals the end"
            : null;
    }
}

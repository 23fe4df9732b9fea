using LoadTests.Running;

namespace LoadTests.Report;

/// <summary>What most scenarios require.</summary>
internal static class CommonRequirements
{
    public static Requirements NothingLost(this Requirements requirements, LoadResult result) => requirements
        .Add("no event is lost", result.Counts is { Lost: 0, Events: > 0 },
            $"{ConsoleTable.Number(result.Counts.Lost)} lost, {ConsoleTable.Number(result.Counts.Events)} received")
        .Add("no event is repeated", result.Counts.Repeated == 0, $"{ConsoleTable.Number(result.Counts.Repeated)} repeated");

    public static Requirements AllOpened(this Requirements requirements, LoadResult result, int clients) => requirements
        .Add(
            "every stream is opened at the first attempt, and stays",
            result.Counts is { Failed: 0, Refused: 0, Cut: 0, Ended: 0 } && result.Counts.Opened == clients,
            $"{result.Counts.Opened} opened of {clients}, {result.Counts.Failed} failed, {result.Counts.Refused} refused, "
                + $"{result.Counts.Cut + result.Counts.Ended} over");
}

namespace LoadTests.Workers;

/// <summary>The clients are to have the newest event and leave.</summary>
internal sealed record FinishOrder(long? Newest, double PatienceSeconds);

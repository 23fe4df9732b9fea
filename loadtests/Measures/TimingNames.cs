namespace LoadTests.Measures;

/// <summary>What is timed, as reports call it.</summary>
internal static class TimingNames
{
    public const string Opening = "time to open";
    public const string FirstEvent = "time to first event";
    public const string Latency = "event latency";
    public const string RoundTrip = "round trip";
    public const string Return = "time to return";
}

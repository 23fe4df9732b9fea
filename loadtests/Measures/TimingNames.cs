namespace LoadTests.Measures;

/// <summary>What is timed, as reports call it.</summary>
internal static class TimingNames
{
    /// <summary>From the first packet of a connection to the head of the answer.</summary>
    public const string Opening = "time to open";

    /// <summary>From the request to the first event.</summary>
    public const string FirstEvent = "time to first event";

    /// <summary>From the stamp in an event's data to the client.</summary>
    public const string Latency = "event latency";

    /// <summary>From a message's POST until its sender sees it in the stream.</summary>
    public const string RoundTrip = "round trip";

    /// <summary>From the end of a stream until the next one of the same client has its head.</summary>
    public const string Return = "time to return";
}

using SseGateway.Harness.Results;

namespace SseGateway.Harness.Scripts.Expectations;

/// <summary>An acceptable outcome of a run. What is null is not judged, but for the events.</summary>
internal sealed record Acceptance
{
    public Verdict Verdict { get; init; } = Verdict.Ok;

    /// <summary>Told when it is this one that fits.</summary>
    public string? Says { get; init; }

    /// <summary>Null is what a reader by the standard gets from the bodies of the connections that were made.</summary>
    public IReadOnlyList<ExpectedEvent>? Events { get; init; }

    /// <summary>Any events will do.</summary>
    public bool AnyEvents { get; init; }

    /// <summary>Milliseconds, where the client reports it.</summary>
    public int? Retry { get; init; }

    /// <summary>What the request after the scripted ones carries (empty: no such header), or what the client reports at its end.</summary>
    public string? LastEventId { get; init; }

    /// <summary>Of the requests in order.</summary>
    public IReadOnlyList<ExpectedRequest>? Requests { get; init; }

    public int? LeastRequests { get; init; }

    public int? MostRequests { get; init; }

    /// <summary>Requests that follow each other within 150 ms, at most.</summary>
    public int? MostBurst { get; init; }

    /// <summary>No further request, and closed where the client reports states.</summary>
    public bool Stops { get; init; }

    /// <summary>Between the end of an answer and the next request, in order; null for one that is not judged.</summary>
    public IReadOnlyList<ExpectedGap?>? Gaps { get; init; }

    /// <summary>Where the client reports states: its reports in order, from <c>open</c>, <c>error connecting</c>, <c>error closed</c> and event data in
    /// quotes.</summary>
    public IReadOnlyList<string>? Reports { get; init; }

    /// <summary>An event may be reported only when more bytes have come.</summary>
    public bool MayHold { get; init; }

    /// <summary>An error has to be reported, where the client reports states.</summary>
    public bool Error { get; init; }

    /// <summary>The status has to be seen in an error's report, where the client reports states.</summary>
    public int? ErrorStatus { get; init; }

    /// <summary>The client has to close its connection within so many milliseconds of the application's close.</summary>
    public int? PeerClosesWithinMs { get; init; }
}

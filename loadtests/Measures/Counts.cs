namespace LoadTests.Measures;

/// <summary>What clients have counted so far.</summary>
internal sealed record Counts
{
    /// <summary>Streams that are open now.</summary>
    public long Open { get; init; }

    /// <summary>Streams that were opened, those of clients that came back included.</summary>
    public long Opened { get; init; }

    public long Events { get; init; }

    /// <summary>Of the events' data.</summary>
    public long Bytes { get; init; }

    /// <summary>Attempts to open a stream again after the first.</summary>
    public long Reconnects { get; init; }

    /// <summary>Events that were left out between two of a client's, and those that had not come when all was over.</summary>
    public long Lost { get; init; }

    /// <summary>Events that came again, or too late.</summary>
    public long Repeated { get; init; }

    /// <summary>Notices that something is missing (<c>gateway.gap</c>).</summary>
    public long Gaps { get; init; }

    /// <summary>Attempts that were answered with a refusal: 429, 503, or in-band.</summary>
    public long Refused { get; init; }

    /// <summary>Refusals that did not say when to come back.</summary>
    public long Untold { get; init; }

    /// <summary>Attempts without a connection, or with another answer than a stream or a refusal.</summary>
    public long Failed { get; init; }

    /// <summary>Streams that the server ended.</summary>
    public long Ended { get; init; }

    /// <summary>Streams that were cut in the middle of the response.</summary>
    public long Cut { get; init; }

    /// <summary>Answers that have an end, and came whole.</summary>
    public long Whole { get; init; }

    /// <summary>Clients that are where the scenario wants them, each by what it means.</summary>
    public long Settled { get; init; }

    /// <summary>HTTP/2 connections that were made for the streams; of lean clients alone.</summary>
    public long Connections { get; init; }

    public static Counts operator +(Counts a, Counts b) => new()
    {
        Open = a.Open + b.Open,
        Opened = a.Opened + b.Opened,
        Events = a.Events + b.Events,
        Bytes = a.Bytes + b.Bytes,
        Reconnects = a.Reconnects + b.Reconnects,
        Lost = a.Lost + b.Lost,
        Repeated = a.Repeated + b.Repeated,
        Gaps = a.Gaps + b.Gaps,
        Refused = a.Refused + b.Refused,
        Untold = a.Untold + b.Untold,
        Failed = a.Failed + b.Failed,
        Ended = a.Ended + b.Ended,
        Cut = a.Cut + b.Cut,
        Whole = a.Whole + b.Whole,
        Settled = a.Settled + b.Settled,
        Connections = a.Connections + b.Connections,
    };
}

namespace SseGateway.Streams.Admission;

/// <summary>What several gateways know together of tickets, each by its fingerprint: for which stream it is, and that somebody has opened that.</summary>
internal interface IFleetTickets
{
    /// <summary>Binds a ticket to a stream, unless it is bound already. Waits a quarter of a second at most, and never throws.</summary>
    /// <param name="ticket">The ticket.</param>
    /// <param name="stream">What tells the stream from all others.</param>
    /// <param name="mayBeFirst">False when it is too late for the first use.</param>
    /// <param name="until">When the ticket ends.</param>
    /// <returns>The stream it is bound to; empty when that is none; null when that is not known at the moment.</returns>
    ValueTask<string?> BindAsync(string ticket, string stream, bool mayBeFirst, DateTimeOffset until);

    /// <summary>Tells the other gateways that the ticket's stream has been opened here. Neither waits nor throws.</summary>
    void Begin(string ticket);

    /// <summary>The ticket's stream has been opened at another gateway.</summary>
    event Action<string>? BegunElsewhere;
}

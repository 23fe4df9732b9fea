namespace SseGateway.Streams.Admission;

/// <summary>What several gateways know together of sessions: which destination has issued each.</summary>
internal interface IFleetSessions
{
    /// <summary>Tells the others. Waits a quarter of a second at most, and never throws.</summary>
    /// <param name="session">A hash of it and its cluster.</param>
    /// <param name="destination">The destination's id.</param>
    ValueTask NoteAsync(UInt128 session, string destination);

    /// <summary>Asks for it. Waits a quarter of a second at most, and never throws.</summary>
    /// <returns>The destination's id; null when nobody knows.</returns>
    ValueTask<string?> FindAsync(UInt128 session);
}

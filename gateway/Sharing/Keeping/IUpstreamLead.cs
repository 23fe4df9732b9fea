using SseGateway.Sharing.Upstream;

namespace SseGateway.Sharing.Keeping;

/// <summary>What gives the right to dial a shared stream's upstream, and is told what comes of it.</summary>
internal interface IUpstreamLead
{
    /// <summary>Cancelled when it is over: the upstream is let go.</summary>
    CancellationToken Over { get; }

    /// <summary>Before the upstream is dialled: completes when the log has all that came by the connection before.</summary>
    Task ReadyAsync();

    /// <summary>The upstream has ended its stream.</summary>
    /// <param name="due">When it may be dialled again at the earliest, on the registry's clock.</param>
    /// <param name="ends">Ends in a row that came soon.</param>
    /// <returns>True when it is to be dialled again, now.</returns>
    Task<bool> EndedAsync(TimeSpan due, int ends);

    /// <summary>The upstream is lost, or an attempt at it was in vain.</summary>
    void Lost();

    /// <summary>Waits until somebody wants the lost upstream.</summary>
    /// <returns>True when somebody has wanted it all the time, false when nobody has for a while; null when it is not to be dialled again.</returns>
    Task<bool?> UntilWantedAsync();

    /// <summary>It gave no stream, and this is the answer of all who wait.</summary>
    void Refused(UpstreamDial dial, byte[] cursor);

    /// <summary>It does not come back.</summary>
    void GaveUp();

    /// <summary>Its stream is one client's own.</summary>
    void Unshared(string sign);
}

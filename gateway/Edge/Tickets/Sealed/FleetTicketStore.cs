using SseGateway.Configuration.Settings;
using SseGateway.Edge.Authentication;
using SseGateway.Streams.Admission;
using SseGateway.Streams.Telemetry;

namespace SseGateway.Edge.Tickets.Sealed;

/// <summary>
/// Tickets that any gateway of a fleet has issued. What each says is in itself; that it opens one stream alone, all gateways know together; and while somebody
/// has that stream here, it is in <see cref="TicketStore"/> like any other.
/// </summary>
internal sealed partial class FleetTicketStore
{
    private readonly TicketStore _store;
    private readonly IFleetTickets _fleet;
    private readonly CurrentSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger<FleetTicketStore> _logger;
    private readonly TicketSeal _seal;
    private readonly RareWarning _tooLong;

    public FleetTicketStore(
        TicketStore store, IFleetTickets fleet, TicketSeal seal, CurrentSettings settings, TimeProvider time, ILogger<FleetTicketStore> logger)
    {
        (_store, _fleet, _seal, _settings, _time, _logger) = (store, fleet, seal, settings, time, logger);
        _tooLong = new RareWarning(time);
        store.Begun = fleet.Begin;
        fleet.BegunElsewhere += store.EndOf;
    }

    /// <inheritdoc cref="TicketStore.Issue"/>
    public TicketIssue Issue(IReadOnlyList<TicketGrant> grants)
    {
        var now = _time.GetUtcNow();
        var (end, usable) = (grants.Max(grant => grant.EndsAt), now + _settings.Value.Tickets.FirstUse);
        usable = usable < end ? usable : end;
        if (_seal.Seal(SealedTicket.Of(grants, usable)) is { } ticket)
        {
            return new(TicketIssueOutcome.Issued, ticket, usable - now, end);
        }

        if (_tooLong.IsDue())
        {
            LogTooLong(_logger, TicketSeal.MostCharacters);
        }

        return _store.Issue(grants);
    }

    /// <inheritdoc cref="TicketStore.Redeem"/>
    public async ValueTask<AuthenticationResult> RedeemAsync(Ticket ticket, RouteSettings route, string stream)
    {
        var fingerprint = ticket.Fingerprint();
        if (!_store.Knows(fingerprint) && _seal.Open(ticket) is { } said)
        {
            var now = _time.GetUtcNow();
            if (said.EndsAt <= now)
            {
                return AuthenticationResult.Invalid("the credential of the ticket is over");
            }

            if (said.Callers.Select(caller => caller.GrantFor(route)).OfType<TicketGrant>().FirstOrDefault() is not { } grant)
            {
                return AuthenticationResult.Invalid("the ticket is for other routes");
            }

            var isEarly = now <= said.UsableUntil;
            var bound = await _fleet.BindAsync(fingerprint, stream, isEarly, said.EndsAt);
            if (bound is null && !isEarly)
            {
                // Nobody here knows whether it has been used. The client asks again.
                return AuthenticationResult.KeysUnavailable;
            }

            if (bound is { Length: 0 })
            {
                return AuthenticationResult.Invalid("the ticket is unknown, or over");
            }

            if (!_store.TryAdopt(fingerprint, [grant], bound ?? stream))
            {
                return AuthenticationResult.KeysUnavailable;
            }
        }

        return _store.Redeem(ticket, route, stream);
    }

    [LoggerMessage(EventId = 196, Level = LogLevel.Warning,
        Message = "A ticket would be longer than {Most} characters, since its credential says so much; it is good at this gateway alone")]
    private static partial void LogTooLong(ILogger logger, int most);
}

using System.Net;
using SseGateway.Configuration.Settings;
using SseGateway.Streams.Endings;
using SseGateway.Streams.Life;
using SseGateway.Streams.Limits;

namespace SseGateway.Streams.Admission;

/// <summary>
/// Request feature: whether this request holds a place among the live streams. Those that are to have one before the service is asked
/// (<see cref="PlaceRules"/>) take it before they are forwarded; others, when their answer turns out to be a stream; those whose answer turns
/// out to be none give it back.
/// </summary>
internal sealed class StreamAdmission(
    HttpContext context, StreamRegistry registry, StreamLimiter limiter, PlaceRules rules, LastAnswers lastAnswers, string routeId, StreamClient client,
    RouteSettings settings, CurrentSettings current, ISuccession? succession = null) : IDisposable
{
    private readonly TimeSpan _asked = registry.Now;

    // What was asked before the gateway began to go down may finish, whenever its head comes.
    private readonly bool _mayFinish = registry.TryAsk();

    /// <summary>The stream, once it is admitted and as long as it lives.</summary>
    public LiveStream? Stream { get; private set; }

    /// <summary>The client's address, behind the trusted proxies; null on a Unix socket.</summary>
    public IPAddress? ClientAddress => client.Address;

    /// <summary>The same as the limits see it.</summary>
    public AddressKey AddressKey => AddressKey.Of(client.Address);

    /// <summary>The authenticated subject; null when there is none.</summary>
    public string? Subject => client.Subject;

    /// <summary>How this route refuses.</summary>
    public RefusalMode Refusal => settings.Refusal;

    /// <summary>The least wait a refused client is told.</summary>
    public TimeSpan RetryAfter => settings.Limits.RetryAfter;

    /// <summary>Takes the place that the request is to have before the service is asked, if any. At once, but in a fleet.</summary>
    /// <returns>Why not; none when it is admitted.</returns>
    public async ValueTask<RefusalReason> AdmitBeforeAsync()
    {
        var place = rules.Of(context, routeId, settings.Streams);
        if (place == Place.None)
        {
            return RefusalReason.None;
        }

        var mode = EventStreamRequest.Announces(context.Request) ? EventStreamRequest.Mode(context.Request, settings) : StreamMode.Relay;
        return Counted(await TakeAsync(place, mode));
    }

    /// <summary>
    /// Takes a place for a request whose answer is a stream, unless it has one. A gateway that goes down lets it in: the answer has been made,
    /// and is to be paid for, by then.
    /// </summary>
    /// <returns>Why not; none when it is admitted.</returns>
    public async ValueTask<RefusalReason> AdmitAsync()
    {
        lastAnswers.Note(context, routeId, isStream: true);
        return Stream is not null ? RefusalReason.None : Counted(await BeginAsync(Place.Stream, StreamMode.Relay));
    }

    /// <summary>The answer is no stream: gives the place back, as if it had never been taken.</summary>
    /// <param name="isSuccess">True when it says what such requests are answered with; an error says nothing.</param>
    public void GiveBack(bool isSuccess)
    {
        if (isSuccess)
        {
            lastAnswers.Note(context, routeId, isStream: false);
            Stream?.Withdraw();
        }

        Release();
    }

    /// <summary>Gives the place back before the request ends. Nothing happens when it has none.</summary>
    public void Release()
    {
        Stream?.Dispose();
        Stream = null;
    }

    /// <summary>The client is told to come back no sooner than after this.</summary>
    public void SendAway(TimeSpan wait) => registry.SentAway.Add(AddressKey.Of(client.Address), wait, registry.Now);

    /// <summary>Leaves the stream to somebody else, who disposes it.</summary>
    public void HandOver() => Stream = null;

    public void Dispose()
    {
        Release();
        if (_mayFinish)
        {
            registry.Answered();
        }
    }

    // Only where it is looked at.
    private UInt128? Target => client.Subject is not null && settings.Limits.StreamsPerSubject > 0 ? StreamTarget.Of(context) : null;

    // The same.
    private string? McpMethod =>
        settings.Limits.McpCalls.Count > 0 && McpMethods.Of(context.Request) is var method && settings.Limits.McpCalls.ContainsKey(method) ? method : null;

    private RefusalReason Counted(RefusalReason reason)
    {
        if (reason != RefusalReason.None)
        {
            registry.Metrics.Refused(context, routeId, reason);
        }

        return reason;
    }

    private async ValueTask<RefusalReason> TakeAsync(Place place, StreamMode mode)
    {
        // Before it takes a place or an upstream's time.
        if (!_mayFinish)
        {
            return RefusalReason.Draining;
        }

        var reason = await BeginAsync(place, mode);
        if (reason == RefusalReason.None && registry.Draining && Stream!.Reader.Dialect == Dialect.EventSource)
        {
            // It may have come in after those that were there had been ended.
            Release();
            return RefusalReason.Draining;
        }

        return reason;
    }

    // By a reload since the request came: it was let in by the settings of then.
    private bool IsTakenOut(string key) =>
        current.Value.ForRoute(routeId) is var now && !ReferenceEquals(now, settings) && !now.Authentication.ApiKeys.Lists(key);

    private async ValueTask<RefusalReason> BeginAsync(Place place, StreamMode mode)
    {
        var applicant = new StreamApplicant(routeId, settings.Limits, AddressKey.Of(client.Address), client.Subject, mode, place, Target, McpMethod);
        var predecessor = succession?.Predecessor;
        var reason = limiter.TryAcquire(applicant, out var lease, out var evicted, predecessor);
        if (lease is null)
        {
            return reason;
        }

        if (limiter.Fleet is { } fleet && await fleet.TakeAsync(lease, evicted, predecessor) is not RefusalReason.None and var elsewhere)
        {
            limiter.Undo(lease, evicted, predecessor);
            return elsewhere;
        }

        Stream = new LiveStream(registry, context, routeId, client, settings, _asked, mode);
        Stream.Begin(lease);
        succession?.Begin(lease);
        evicted?.Evict();
        if (registry.Revocations.Cover(client.Subject, client.KeyId, client.IssuedAt)
            || (client.KeyId is { } key && IsTakenOut(key)))
        {
            // It was found good before the streams of its kind were ended, and is one of them.
            Stream.End(CloseReason.Revoked);
        }

        return RefusalReason.None;
    }
}

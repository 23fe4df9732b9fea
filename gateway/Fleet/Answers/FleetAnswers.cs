using System.Collections.Concurrent;
using System.Text;
using SseGateway.Configuration.Settings;
using SseGateway.Configuration.Settings.Fleet;
using SseGateway.Fleet.Store;
using SseGateway.Keeping;
using SseGateway.Sharing.Subscribers;
using SseGateway.Streams.Deadlines;
using SseGateway.Streams.Life;

namespace SseGateway.Fleet.Answers;

/// <summary>The kept answers of a fleet, as far as this gateway has part in them: its own, which it writes to the store, and others', read here.</summary>
internal sealed partial class FleetAnswers : IFleetAnswers, ISwept, IHostedLifecycleService
{
    private const byte Kind = (byte)'A';
    private const byte Reads = (byte)'r';
    private const byte Stops = (byte)'s';
    private const byte Misses = (byte)'m';

    // How long an answer's head waits for the store. Whoever asks for one waits longer: without it that there is none would be said of one that is.
    private static readonly TimeSpan MostTelling = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan MostFinding = TimeSpan.FromSeconds(2);

    // After it has come back, gateways write down what they have meanwhile.
    private static readonly TimeSpan StoreSettles = TimeSpan.FromSeconds(3);

    // A drain looks this often whether its answers are over and written down.
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan MostWriting = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, AnswerPublication> _own = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, AnswerMirror> _mirrors = new(StringComparer.Ordinal);
    private readonly FleetStore _store;
    private readonly FleetSettings _settings;
    private readonly CurrentSettings _current;
    private readonly StreamRegistry _registry;
    private readonly PublicationTicker _ticker;
    private readonly TimeProvider _time;
    private readonly ILogger<FleetAnswers> _logger;
    private readonly StoredChats _chats;
    private TimeSpan _drains;

    public FleetAnswers(
        FleetStore store, FleetSettings settings, CurrentSettings current, FleetMetrics metrics, StreamRegistry registry, PublicationTicker ticker,
        TimeProvider time, ILogger<FleetAnswers> logger)
    {
        (_store, _settings, _current, _registry, _ticker, _time, _logger) = (store, settings, current, registry, ticker, time, logger);
        _chats = new StoredChats(store);
        metrics.WatchAnswers(() => _own.Values.Count(one => one.IsBehind), () => _mirrors.Count);
        registry.Memory.Watch(() => _mirrors.Select(entry => entry.Value.Answer));
        store.Joined += Compare;
        store.Told += Hear;
    }

    /// <summary>This gateway's.</summary>
    public IEnumerable<AnswerPublication> Own => _own.Select(entry => entry.Value);

    /// <summary>Other gateways', that are read here or were until a moment ago.</summary>
    public IEnumerable<AnswerMirror> Mirrors => _mirrors.Select(entry => entry.Value);

    public async Task TellAsync(KeptAnswer answer)
    {
        var publication = _own.GetOrAdd(answer.Id, static (_, made) => new AnswerPublication(made.answer, made._store, made._chats), (answer, _store, _chats));
        if (answer.IsForgotten)
        {
            // Before there was anything here to forget, as where another answer has taken its place at once: nobody would do it any more.
            Forget(answer);
            return;
        }

        if (publication.TryStart())
        {
            _ = RunAsync(publication);
        }

        publication.Hurry();
        if (_store.Status.IsHere && answer.Head is not null)
        {
            await publication.Told.WaitAsync(MostTelling, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Forget(KeptAnswer answer)
    {
        if (_own.TryRemove(answer.Id, out var publication))
        {
            publication.Forget();
        }
    }

    public async ValueTask<(AnswerCard? Card, bool IsKnown)> FindAsync(string id)
    {
        if (!AnswerId.IsOne(id))
        {
            return (null, true);
        }

        if (_mirrors.TryGetValue(id, out var mirror) && !mirror.IsClosed)
        {
            return (mirror.Card, true);
        }

        try
        {
            if (_store.Status is { IsHere: true, Since: var since })
            {
                var card = await new StoredAnswer(_store, id).CardAsync().WaitAsync(MostFinding, _time).ConfigureAwait(false);
                return (card, card is not null || _store.Now - since > StoreSettles);
            }
        }
        catch (Exception away) when (away is TimeoutException or StoreAwayException)
        {
        }

        return (null, false);
    }

    public async ValueTask<string?> FindAsync(ChatName chat)
    {
        try
        {
            return _store.Status.IsHere ? await _chats.FindAsync(chat).WaitAsync(MostFinding, _time).ConfigureAwait(false) : null;
        }
        catch (Exception away) when (away is TimeoutException or StoreAwayException)
        {
            return null;
        }
    }

    public async Task<AnswerUse?> OpenAsync(AnswerCard card, RouteFeature route, Endpoint endpoint)
    {
        while (true)
        {
            var mirror = Mirror(card, route, endpoint);
            if (mirror.TryEnter() is not { } use)
            {
                Drop(mirror);
                continue;
            }

            if (mirror.TryStart())
            {
                _ = RunAsync(mirror);
            }

            // At once: what is there is written down without delay then.
            Tell(mirror);
            await ((Task)mirror.Ready.WaitAsync(MostFinding, _time)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (mirror.Ready is { IsCompletedSuccessfully: true, Result: true })
            {
                return use;
            }

            use.Dispose();
            return null;
        }
    }

    public Task<bool> StopAsync(string id) => TellAsync(Stops, id);

    public void Sweep()
    {
        if (_store.AwayFor is var away && away > TimeSpan.Zero && away <= _settings.Grace)
        {
            // For as long they wait, and cannot say that they do.
            foreach (var (_, publication) in _own)
            {
                publication.Answer.Touch();
            }
        }

        foreach (var (_, mirror) in _mirrors)
        {
            mirror.Sweep(_settings.Grace);
            if (mirror.IsClosed)
            {
                Drop(mirror);
            }
            else if (!mirror.Answer.IsOver && (mirror.Answer.HasUsers ? _store.Now - mirror.Told >= Period(mirror.Answer) : mirror.IsUsed))
            {
                // Also that those who read it until now do not any more: the time of grace begins with that.
                Tell(mirror);
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        _drains = _registry.Now;
        return Task.CompletedTask;
    }

    /// <summary>After the drain of the clients here: those who read elsewhere have the same time for the rest; then what there is is written down.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var finish = _drains + _current.Value.FinishWindow;
        while (_store.Status.IsHere && _own.Values.Any(one => one is { IsHeard: true, Answer.IsOver: false }) && _registry.Now < finish
            && !cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(Look, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        foreach (var (_, publication) in _own)
        {
            publication.Answer.Stop(CloseReason.Drained);
            publication.Hurry();
        }

        for (var begun = _registry.Now; _store.Status.IsHere && _own.Values.Any(one => !one.IsWhole) && _registry.Now - begun < MostWriting;)
        {
            await Task.Delay(Look, _time, CancellationToken.None).ConfigureAwait(false);
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // How often it is said that somebody reads.
    private static TimeSpan Period(KeptAnswer answer) => answer.Settings.GraceAfterLeave / 4;

    private AnswerMirror Mirror(AnswerCard card, RouteFeature route, Endpoint endpoint)
    {
        if (_mirrors.TryGetValue(card.Id, out var found))
        {
            return found;
        }

        var owner = new AnswerOwner(card.RouteId, card.Subject, default);
        var answer = new KeptAnswer(owner, route, _registry, _ticker, _time) { Id = card.Id, Endpoint = endpoint };
        var made = new AnswerMirror(answer, card, _store, () => _ = TellAsync(Misses, card.Id));
        var mirror = _mirrors.GetOrAdd(card.Id, made);
        if (mirror != made)
        {
            // Another reader came at the same moment. What has been made counts as retained from then on.
            made.Answer.Log.Release();
        }

        return mirror;
    }

    // For whoever comes first: the sweep, or the next reader.
    private void Drop(AnswerMirror mirror)
    {
        _mirrors.TryRemove(new(mirror.Card.Id, mirror));
        mirror.Answer.Log.Release();
    }

    private void Tell(AnswerMirror mirror)
    {
        (mirror.Told, mirror.IsUsed) = (_store.Now, mirror.Answer.HasUsers);
        _ = TellAsync(Reads, mirror.Card.Id);
    }

    private async Task<bool> TellAsync(byte what, string id)
    {
        try
        {
            await _store.TellAsync([Kind, what, .. Encoding.ASCII.GetBytes(id)]).ConfigureAwait(false);
            return true;
        }
        catch (StoreAwayException)
        {
            return false;
        }
    }

    private void Hear(ReadOnlyMemory<byte> word)
    {
        if (word.Span is not [Kind, var what, .. var id] || !_own.TryGetValue(Encoding.ASCII.GetString(id), out var publication))
        {
            return;
        }

        switch (what)
        {
            case Reads:
                publication.Answer.Touch();
                publication.Hurry();
                break;
            case Stops:
                publication.Answer.Stop(CloseReason.ClientClosed);
                break;
            case Misses:
                publication.Verify();
                break;
        }
    }

    private void Compare()
    {
        foreach (var (_, publication) in _own)
        {
            publication.Verify();
        }

        foreach (var (_, mirror) in _mirrors)
        {
            mirror.Compare();
            if (mirror.Answer.HasUsers)
            {
                // What was said last may not have been heard.
                Tell(mirror);
            }
        }
    }

    private async Task RunAsync(AnswerPublication publication)
    {
        try
        {
            await publication.RunAsync().ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            LogFault(_logger, fault, publication.Answer.Owner.RouteId);
        }
    }

    private async Task RunAsync(AnswerMirror mirror)
    {
        try
        {
            await mirror.RunAsync().ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            LogFault(_logger, fault, mirror.Card.RouteId);
            mirror.Fail();
        }
    }

    [LoggerMessage(EventId = 208, Level = LogLevel.Error, Message = "A kept answer of route {Route} is not the fleet's any more by a fault of the gateway")]
    private static partial void LogFault(ILogger logger, Exception fault, string route);
}

using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Protocol;

namespace Protocol.Tests.Client;

/// <summary>
/// An event source on a clock of its own that writes down, in order, its openings, events and errors. Waits for a reconnect are over as soon as
/// they begin: the clock is moved by what the source announced.
/// </summary>
internal sealed class RecordedSource
{
    private readonly List<string> _log = [];
    private readonly List<TimeSpan> _waits = [];
    private readonly Channel<bool> _noted = Channel.CreateUnbounded<bool>();

    public RecordedSource(Uri url, EventSourceOptions? options = null, HttpMessageInvoker? http = null, bool moveClock = true)
    {
        options = (options ?? new EventSourceOptions()) with
        {
            TimeProvider = Clock,
            StateChanged = change =>
            {
                if (change.RetryIn is { } delay)
                {
                    lock (_log)
                        _waits.Add(delay);
                }
                Note(change switch
                {
                    { State: EventSourceState.Open } => "open",
                    { Failure: { } failure } => $"error({change.State}, {failure.Failure})",
                    _ => "closed",
                });
                if (moveClock && change.RetryIn is { } wait)
                    Clock.Advance(wait);
            },
        };
        Source = http is null ? new EventSource(url, options) : new EventSource(http, url, options);
    }

    public EventSource Source { get; }

    public FakeTimeProvider Clock { get; } = new();

    public List<ServerSentEvent> Events { get; } = [];

    public IReadOnlyList<string> Log
    {
        get
        {
            lock (_log)
                return [.. _log];
        }
    }

    /// <summary>How long each wait for a reconnect is.</summary>
    public IReadOnlyList<TimeSpan> Waits
    {
        get
        {
            lock (_log)
                return [.. _waits];
        }
    }

    public async Task LogReachesAsync(int entries)
    {
        while (Log.Count < entries)
            await _noted.Reader.ReadAsync(Deadline.Token);
    }

    /// <summary>Reads to the end: till 204, or till <paramref name="onEvent"/> says false.</summary>
    public async Task RunAsync(Func<ServerSentEvent, bool>? onEvent = null, CancellationToken? cancellationToken = null)
    {
        await foreach (var item in Source.ReadAsync(cancellationToken ?? Deadline.Token))
        {
            Events.Add(item);
            Note(item.Data);
            if (onEvent?.Invoke(item) is false)
                return;
        }
    }

    public async Task<EventSourceException> RunToFailureAsync()
    {
        try
        {
            await RunAsync();
        }
        catch (EventSourceException exception)
        {
            return exception;
        }
        throw new InvalidOperationException("The stream ended without a failure: " + string.Join(", ", Log));
    }

    private void Note(string entry)
    {
        lock (_log)
            _log.Add(entry);
        _noted.Writer.TryWrite(true);
    }
}

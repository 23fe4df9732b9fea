using System.Collections.Concurrent;
using System.Text;
using SseGateway.Fleet.Store;
using SseGateway.Streams.Admission;

namespace SseGateway.Fleet.Tickets;

/// <summary>The part of tickets that is in the store: for which stream each is. What a ticket says is in the ticket.</summary>
internal sealed class FleetTickets : IFleetTickets
{
    private const char Kind = 'T';

    // How long a request waits for the store.
    private static readonly TimeSpan MostWait = TimeSpan.FromMilliseconds(250);

    // A store that has just come back may not answer the first time, and nobody says again that it is here.
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(100);

    // Uses that the store is told of when it is back.
    private const int MostUntold = 10_000;

    private static readonly StoreScript BindScript = StoreScript.Read("ticket-bind");

    private readonly FleetStore _store;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, (string Stream, DateTimeOffset Until)> _untold = new(StringComparer.Ordinal);

    public FleetTickets(FleetStore store, TimeProvider time)
    {
        (_store, _time) = (store, time);
        store.Joined += () => _ = TellAllAsync();
        store.Told += word =>
        {
            if (word.Span is [(byte)Kind, ..] && Encoding.ASCII.GetString(word.Span[1..]).Split(' ') is [var ticket, var node] && node != store.NodeId)
            {
                BegunElsewhere?.Invoke(ticket);
            }
        };
    }

    public event Action<string>? BegunElsewhere;

    public async ValueTask<string?> BindAsync(string ticket, string stream, bool mayBeFirst, DateTimeOffset until)
    {
        try
        {
            if (_store.Status.IsHere)
            {
                return await AskAsync(ticket, stream, mayBeFirst, until).WaitAsync(MostWait, _time).ConfigureAwait(false);
            }
        }
        catch (Exception away) when (away is TimeoutException or StoreAwayException)
        {
        }

        if (mayBeFirst && _untold.Count < MostUntold)
        {
            _untold[ticket] = (stream, until);
        }

        return null;
    }

    public void Begin(string ticket) => _ = TellAsync(ticket);

    private async Task<string?> AskAsync(string ticket, string stream, bool mayBeFirst, DateTimeOffset until) => (string?)await _store.EvaluateAsync(
        BindScript, [$"{_store.Prefix}:t:{ticket}"], [stream, mayBeFirst ? 1 : 0, until.ToUnixTimeMilliseconds()]).ConfigureAwait(false);

    private async Task TellAsync(string ticket)
    {
        try
        {
            await _store.TellAsync(Encoding.ASCII.GetBytes($"{Kind}{ticket} {_store.NodeId}")).ConfigureAwait(false);
        }
        catch (StoreAwayException)
        {
            // The stream before goes on until its client is found to be gone.
        }
    }

    private async Task TellAllAsync()
    {
        while (!await TryTellAllAsync().ConfigureAwait(false) && _store.Status.IsHere)
        {
            await Task.Delay(Again, _time).ConfigureAwait(false);
        }
    }

    private async Task<bool> TryTellAllAsync()
    {
        try
        {
            foreach (var (ticket, (stream, until)) in _untold)
            {
                if (until > _time.GetUtcNow())
                {
                    await AskAsync(ticket, stream, mayBeFirst: true, until).ConfigureAwait(false);
                }

                _untold.TryRemove(ticket, out _);
            }

            return true;
        }
        catch (StoreAwayException)
        {
            return false;
        }
    }
}

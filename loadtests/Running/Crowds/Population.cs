using LoadTests.Clients.Http2;
using LoadTests.Measures;

namespace LoadTests.Running.Crowds;

/// <summary>Clients of a scenario in this process: all of them, or every n-th.</summary>
internal sealed class Population : ILoadClients
{
    private static readonly TimeSpan PollPeriod = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan RampStep = TimeSpan.FromMilliseconds(10);

    private readonly Measured _measured = new();
    private readonly CancellationTokenSource _leave = new();
    private readonly LoadClient[] _clients;
    private readonly IMeasured[] _counting;
    private readonly Task[] _lives;
    private readonly TimeSpan _ramp;
    private readonly Http2Connections? _connections;
    private Task _coming = Task.CompletedTask;

    /// <param name="crowd">Makes them.</param>
    /// <param name="place">Where they go.</param>
    /// <param name="share">Which share of them, from 0.</param>
    /// <param name="of">Of how many.</param>
    /// <param name="watch">Puts something of a runner's own between a client and what all count in.</param>
    public Population(Crowd crowd, Place place, int share = 0, int of = 1, Func<int, IMeasured, IMeasured>? watch = null)
    {
        int[] numbers = [.. Enumerable.Range(0, crowd.Options.Clients).Where(i => i % of == share)];
        _counting = [.. numbers.Select(i => watch?.Invoke(i, _measured) ?? _measured)];
        _clients = [.. numbers.Select((number, i) => crowd.CreateClient(number, place, _counting[i]))];
        _lives = Enumerable.Repeat(Task.CompletedTask, _clients.Length).ToArray();
        _ramp = crowd.Options.Ramp;
        _connections = crowd.Connections;
    }

    public Counts Counts => _measured.Read() with
    {
        Settled = _clients.LongCount(client => client.Settled),
        Connections = _connections?.Opened ?? 0,
    };

    public Task StartAsync(CancellationToken cancellation)
    {
        _coming = ComeAsync();
        return Task.CompletedTask;
    }

    /// <summary>The life of one, for a runner that lets them come by itself.</summary>
    public Task RunClientAsync(int index) => _lives[index] = LiveAsync(_clients[index]);

    public Task SignalAsync(string word)
    {
        foreach (var client in _clients)
        {
            client.Signal(word);
        }

        return Task.CompletedTask;
    }

    public async Task<(Counts Counts, IReadOnlyList<Timing> Timings)> FinishAsync(long? newest, TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience);
        using var poll = new PeriodicTimer(PollPeriod);
        while (newest is not null && !limit.IsCancellationRequested && _clients.Any(client => client.Missing(newest.Value) > 0))
        {
            await poll.WaitForNextTickAsync(CancellationToken.None);
        }

        for (var i = 0; newest is not null && i < _clients.Length; i++)
        {
            _counting[i].Lost(_clients[i].Missing(newest.Value));
        }

        var counts = Counts;
        await LeaveAsync();
        return (counts, _measured.Timings);
    }

    public async ValueTask DisposeAsync()
    {
        await LeaveAsync();
        _connections?.Dispose();
        _leave.Dispose();
    }

    private async Task LeaveAsync()
    {
        await _leave.CancelAsync();
        await _coming.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_lives).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ComeAsync()
    {
        var started = TimeProvider.System.GetTimestamp();
        using var step = new PeriodicTimer(RampStep);
        for (var i = 0; i < _clients.Length && !_leave.IsCancellationRequested;)
        {
            var due = _ramp <= TimeSpan.Zero ? 1 : TimeProvider.System.GetElapsedTime(started) / _ramp;
            for (var until = Math.Min(_clients.Length, (int)Math.Ceiling(due * _clients.Length)); i < until; i++)
            {
                _lives[i] = LiveAsync(_clients[i]);
            }

            await step.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private async Task LiveAsync(LoadClient client)
    {
        try
        {
            await client.RunAsync(_leave.Token);
        }
        catch (OperationCanceledException) when (_leave.IsCancellationRequested)
        {
            // The scenario has seen enough.
        }
    }
}

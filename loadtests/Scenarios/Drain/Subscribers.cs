using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace LoadTests.Scenarios.Drain;

/// <summary>All clients of a scenario, which run from <see cref="OpenAsync"/> until they are stopped.</summary>
internal sealed class Subscribers(int count, IPEndPoint first, IPEndPoint second, DrainCounts counts) : IAsyncDisposable
{
    // Answers whose heads are awaited at a time while the streams are opened.
    private const int OpeningAtOnce = 64;

    private static readonly TimeSpan FirstEventTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PollPeriod = TimeSpan.FromMilliseconds(100);

    private readonly Subscriber[] _clients = [.. Enumerable.Range(0, count).Select(_ => new Subscriber(first, second, counts))];
    private readonly Task[] _running = Enumerable.Repeat(Task.CompletedTask, count).ToArray();
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Opens all streams; returns when each has an event, since from then on it is known what it must not miss.</summary>
    /// <exception cref="IOException">One could not be opened.</exception>
    /// <exception cref="TimeoutException">One has no event.</exception>
    public async Task OpenAsync(CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        var pace = new ParallelOptions { MaxDegreeOfParallelism = OpeningAtOnce, CancellationToken = cancellation };
        try
        {
            await Parallel.ForAsync(0, count, pace, async (i, token) =>
            {
                await _clients[i].OpenAsync(token);
                _running[i] = _clients[i].RunAsync(_stop.Token);
            });
        }
        catch (SocketException failure)
        {
            throw new IOException("a stream could not be opened: " + failure.Message, failure);
        }

        if (!await UntilAsync(client => client.Last >= 0, FirstEventTimeout, cancellation))
        {
            throw new TimeoutException("there are streams without an event: the machine is too slow for so many");
        }

        Console.WriteLine($"{count} streams open, each with an event, after {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
    }

    public long Sum(Func<Subscriber, long> of) => _clients.Sum(of);

    /// <summary>Waits until something holds for all of them.</summary>
    /// <returns>False when it does not in time.</returns>
    public async Task<bool> UntilAsync(Predicate<Subscriber> holds, TimeSpan timeout, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        while (!Array.TrueForAll(_clients, holds))
        {
            if (Stopwatch.GetElapsedTime(started) > timeout)
            {
                return false;
            }

            await Task.Delay(PollPeriod, cancellation);
        }

        return true;
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var client in _clients)
        {
            client.Dispose();
        }

        _stop.Dispose();
    }
}

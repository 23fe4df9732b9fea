using Gateway.Tests.Client;
using Gateway.Tests.Wire;

namespace Gateway.Tests.Executable.Limits;

/// <summary>Reads a <see cref="Upstream.SteadyUpstream"/>'s stream all the while.</summary>
internal sealed class Follower : IDisposable
{
    private readonly RawResponse _stream;
    private readonly Task _reading;
    private int _events;

    public Follower(RawResponse stream)
    {
        _stream = stream;
        _reading = ReadAsync();
    }

    /// <summary>Waits for events that come from now on.</summary>
    public async Task ExpectMoreAsync()
    {
        var seen = Volatile.Read(ref _events);
        await Deadline.UntilAsync(
            () => _reading.IsFaulted ? throw _reading.Exception : Volatile.Read(ref _events) > seen + 1, "events of a stream that was there before");
    }

    public void Dispose() => _stream.Dispose();

    private async Task ReadAsync()
    {
        while (true)
        {
            await _stream.ExpectAsync("data: ~\n\n");
            Interlocked.Increment(ref _events);
        }
    }
}

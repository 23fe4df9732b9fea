using LoadTests.Clients;
using LoadTests.Measures;

namespace LoadTests.Scenarios.Drain;

/// <summary>
/// A client that begins at one gateway and, when its stream ends, comes back to another, as a load balancer would send it there: after the
/// time it was told to wait, with the last id it has.
/// </summary>
internal sealed class MovingClient(StreamRequest first, StreamRequest second, IMeasured measured, DrainCounts counts) : StreamClient(first, measured)
{
    private bool _away;

    public override bool Settled => HasBegun;

    protected override StreamRequest Next(bool first) => first ? base.Next(first) : second;

    protected override void Reconnecting() => counts.Reconnects.Add();

    protected override async Task<StreamEnd> ReadAsync(EventStreamConnection connection, CancellationToken leave)
    {
        if (_away)
        {
            counts.Back();
        }

        var end = await base.ReadAsync(connection, leave);
        _away = true;
        counts.StreamEnded(end, connection.Retry);
        return end;
    }
}

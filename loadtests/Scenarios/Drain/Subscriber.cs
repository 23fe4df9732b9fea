using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using LoadTests.Clients;
using SseGateway.Protocol;

namespace LoadTests.Scenarios.Drain;

/// <summary>
/// A client that begins at one gateway and, when its stream ends, comes back to another, as a load balancer would send it there: after the
/// time it was told to wait, with the last id it has.
/// </summary>
internal sealed class Subscriber(IPEndPoint first, IPEndPoint second, DrainCounts counts) : IDisposable
{
    private static readonly TimeSpan WaitAfterFailure = TimeSpan.FromSeconds(1);

    private EventStreamConnection? _connection;
    private volatile bool _returned;
    private long _last = -1;

    /// <summary>True once it has a stream of the second gateway.</summary>
    public bool Returned => _returned;

    /// <summary>The last event's number; -1 before the first.</summary>
    public long Last => Volatile.Read(ref _last);

    /// <summary>Events that were left out.</summary>
    public long Lost { get; private set; }

    /// <summary>Events that came again, or too late.</summary>
    public long Repeated { get; private set; }

    /// <summary>Opens the stream at the first gateway.</summary>
    public async Task OpenAsync(CancellationToken cancellation) =>
        _connection = await EventStreamConnection.OpenAsync(new StreamRequest(first, "/events"), "", cancellation);

    /// <summary>Reads, and comes back whenever the stream ends, until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                var wait = WaitAfterFailure;
                if (_connection is { } connection)
                {
                    var end = await connection.ReadAsync(Take, cancellation);
                    counts.StreamEnded(end, connection.Retry);
                    wait = connection.Retry ?? wait;
                    connection.Dispose();
                    _connection = null;
                }

                await Task.Delay(wait, cancellation);
                await ReturnAsync(cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The scenario has seen enough.
        }
    }

    public void Dispose() => _connection?.Dispose();

    private async Task ReturnAsync(CancellationToken cancellation)
    {
        counts.Reconnects.Add();
        try
        {
            _connection = await EventStreamConnection.OpenAsync(new StreamRequest(second, "/events"), _last < 0 ? "" : _last.ToString(CultureInfo.InvariantCulture), cancellation);
            _returned = true;
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            // Seen as an attempt too many; the next one follows.
        }
    }

    private void Take(Frame frame)
    {
        if (!frame.HasId || !Utf8Parser.TryParse(frame.Id, out long number, out _))
        {
            return;
        }

        if (_last >= 0)
        {
            if (number <= _last)
            {
                Repeated++;
                return;
            }

            Lost += number - _last - 1;
        }

        Volatile.Write(ref _last, number);
    }
}

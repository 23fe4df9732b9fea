using System.Net;
using System.Text;
using LoadTests.Clients.Connecting;
using LoadTests.Measures;
using LoadTests.Running.Crowds;
using SseGateway.Protocol;

namespace LoadTests.Clients;

/// <summary>A client of numbered events that is this project's <see cref="EventSource"/>, as a program would use it.</summary>
/// <param name="url">Where it goes.</param>
/// <param name="http2">Whether by HTTP/2, on connections that all of them share.</param>
/// <param name="measured">Where it counts.</param>
internal sealed class EventSourceClient(Uri url, bool http2, IMeasured measured) : LoadClient
{
    private static readonly Lazy<HttpMessageInvoker> Http = new(() =>
    {
        var handler = EventSource.CreateHandler();
        handler.SslOptions = LoopbackTls.Options(IPAddress.Loopback);
        return new HttpMessageInvoker(handler);
    });

    private readonly EventTrail _trail = new(measured);
    private long _attempt;
    private long _closed;
    private volatile bool _open;
    private CancellationToken _leave;

    public override long Missing(long newest) => _open || _trail.HasBegun ? _trail.Missing(newest) : 0;

    public override async Task RunAsync(CancellationToken leave)
    {
        _leave = leave;
        var options = new EventSourceOptions
        {
            StateChanged = Changed,
            ReconnectDelay = TimeSpan.FromSeconds(1),
            RetryWhenOverloaded = true,
            Version = http2 ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        _attempt = TimeProvider.System.GetTimestamp();
        try
        {
            await foreach (var received in new EventSource(Http.Value, url, options).ReadAsync(leave))
            {
                if (received.Type == "gateway.gap")
                {
                    _trail.Gap();
                }
                else if (!received.Type.StartsWith("gateway.", StringComparison.Ordinal))
                {
                    _trail.Take(Encoding.UTF8.GetBytes(received.Data));
                }
            }
        }
        catch (EventSourceException)
        {
            measured.Failed(TimeProvider.System.GetElapsedTime(_attempt));
        }
        finally
        {
            Closed();
        }
    }

    private void Changed(EventSourceStateChange change)
    {
        if (change.State == EventSourceState.Open)
        {
            measured.StreamOpened(TimeProvider.System.GetElapsedTime(_attempt), _closed == 0 ? null : TimeProvider.System.GetElapsedTime(_closed));
            _open = true;
            return;
        }

        if (_open)
        {
            // Its own leaving is a change to closed too.
            if (!_leave.IsCancellationRequested)
            {
                measured.StreamEnded();
            }

            _closed = TimeProvider.System.GetTimestamp();
        }

        Closed();
        if (_closed != 0)
        {
            // The next attempt begins when the wait is over.
            measured.Reconnect();
            _attempt = TimeProvider.System.GetTimestamp() + (long)((change.RetryIn ?? TimeSpan.Zero).TotalSeconds * TimeProvider.System.TimestampFrequency);
        }
    }

    private void Closed()
    {
        if (_open)
        {
            _open = false;
            measured.StreamClosed();
        }
    }
}

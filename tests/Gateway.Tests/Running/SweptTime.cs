using System.IO.Pipelines;
using Gateway.Tests.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Configuration.Settings;
using SseGateway.Relay;
using SseGateway.Streams.Life;
using SseGateway.Streams.Limits;
using SseGateway.Streams.Telemetry;

namespace Gateway.Tests.Running;

/// <summary>
/// Lets a gateway's time pass second by second, each with its sweep. That the sweep came is seen at a stream that is in the gateway's registry
/// for this alone, without client, upstream or deadlines: it is written to before every second, and it is the sweep that dates a write.
/// </summary>
internal sealed class SweptTime : IDisposable
{
    private readonly GatewayUnderTest _gateway;
    private readonly FakeTimeProvider _time;
    private readonly LiveStream _stream;
    private readonly RelayOutput _output;

    private SweptTime(GatewayUnderTest gateway, FakeTimeProvider time)
    {
        (_gateway, _time) = (gateway, time);
        var settings = new RouteSettings { Timeouts = new TimeoutSettings { Write = TimeSpan.Zero }, Heartbeat = TimeSpan.Zero };
        gateway.Limiter.TryAcquire(new StreamApplicant("clock", settings.Limits, AddressKey.Of(null), Subject: null), out var lease, out _);
        var client = new StreamClient(Address: null, Subject: null, KeyId: null, ExpiresAt: null);
        _stream = new LiveStream(gateway.Streams, new DefaultHttpContext(), "clock", client, settings);
        _stream.Begin(lease!);
        _output = new RelayOutput(_stream, PipeWriter.Create(Stream.Null).WriteAsync, mayInsert: false);
        _stream.Connect(_output);
        _stream.Open();
    }

    /// <summary>Begins when the gateway sweeps: its timer is made in the background of its start, and a second before that has no sweep.</summary>
    /// <param name="gateway">Started with this clock.</param>
    /// <param name="time">Its clock; only this moves it.</param>
    public static async Task<SweptTime> StartAsync(GatewayUnderTest gateway, FakeTimeProvider time)
    {
        var swept = new SweptTime(gateway, time);
        var start = time.GetUtcNow();
        await Deadline.UntilAsync(
            async () =>
            {
                await swept._output.WriteAsync(new byte[1]);
                time.Advance(TimeSpan.FromSeconds(1));
                return swept._stream.LastWriteAt > start;
            },
            "the first sweep");
        return swept;
    }

    /// <summary>The gateway's live streams.</summary>
    public IEnumerable<LiveStream> Streams => _gateway.Streams.Streams.Where(stream => stream != _stream);

    /// <summary>Streams whose clients do not read: what is being written to any other is waited for before a second passes.</summary>
    public HashSet<LiveStream> Stalled { get; } = [];

    /// <summary>Waits until the gateway, too, knows that so many streams are open: their clients have the heads a moment earlier.</summary>
    public Task OpenedAsync(int count) => Deadline.UntilAsync(() => Streams.Count(stream => stream.State == StreamState.Open && !stream.Writing) == count);

    /// <summary>Lets so many seconds pass. The last sweep has begun then, those before it are over.</summary>
    public async Task PassAsync(int seconds)
    {
        for (var second = 0; second < seconds; second++)
        {
            await Deadline.UntilAsync(() => !Streams.Any(stream => stream.Writing && !Stalled.Contains(stream)));
            await _output.WriteAsync(new byte[1]);
            _time.Advance(TimeSpan.FromSeconds(1));
            var now = _time.GetUtcNow();
            await Deadline.UntilAsync(() => _stream.LastWriteAt == now);
        }
    }

    /// <summary>Lets seconds pass until something is so.</summary>
    /// <returns>How many.</returns>
    public async Task<int> PassUntilAsync(Func<bool> state)
    {
        var passed = 0;
        await Deadline.UntilAsync(async () =>
        {
            if (state()) return true;
            await PassAsync(1);
            passed++;
            return false;
        });
        return passed;
    }

    /// <summary>Waits until the gateway has no stream and counts none any more, and has said of so many that they ended for this reason.</summary>
    public async Task AssertEndedAsync(CloseReason reason, int count = 1)
    {
        Dispose();
        var words = $" closed: {reason.Word()} after ";
        await Deadline.UntilAsync(() => _gateway.Streams.Count == 0 && _gateway.Limiter.Entries == 0);
        await Deadline.UntilAsync(() => _gateway.Log.Lines.Count(line => line.Contains(words, StringComparison.Ordinal)) == count);
    }

    public void Dispose()
    {
        _stream.TrySetReason(CloseReason.ClientClosed);
        _stream.Dispose();
    }
}

using System.ComponentModel;
using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using SseGateway.Configuration.Settings.Sharing;

namespace Benchmarks.Sharing;

/// <summary>
/// An event that is published to 1,000 subscribers in memory: an operation is one delivery. The baseline copies the bytes of the event for each of
/// them, which is the least that a delivery can be.
/// </summary>
[Description("An operation is a delivery to one of 1,000 subscribers in memory. `Copy` copies the event's bytes for each of them.")]
public class ShareLogBenchmarks
{
    private const int Clients = 1000;
    private const int Burst = 10;

    private readonly byte[] _event = Encoding.ASCII.GetBytes(
        "event: chat\nid: 0000000\ndata: {\"text\":\"a hundred bytes or so, as most events of a chat have them\"}\n\n");
    private readonly byte[][] _buffers = [.. Enumerable.Range(0, Clients).Select(_ => new byte[4096])];
    private SharedStreamOfMany? _many;
    private int _published;

    [GlobalSetup]
    public void Prepare() => _many = new SharedStreamOfMany(new SharingSettings(), Clients);

    [Benchmark(Baseline = true, OperationsPerInvoke = Clients * Burst)]
    public int Copy()
    {
        for (var i = 0; i < Burst; i++)
        {
            foreach (var buffer in _buffers)
            {
                _event.CopyTo(buffer.AsSpan());
            }
        }

        return _buffers[^1][0];
    }

    [Benchmark(OperationsPerInvoke = Clients * Burst)]
    public async Task Publish_and_deliver()
    {
        for (var i = 0; i < Burst; i++)
        {
            (++_published).TryFormat(_event.AsSpan("event: chat\nid: ".Length, 7), out _, "0000000", CultureInfo.InvariantCulture);
            await _many!.Shared.Feed.WriteAsync(_event, CancellationToken.None);
        }

        _many!.WaitFor(_published);
    }
}

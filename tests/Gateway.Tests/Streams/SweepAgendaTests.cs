using Gateway.Tests.Transport;
using SseGateway.Configuration;
using SseGateway.Streams;
using Xunit;

namespace Gateway.Tests.Streams;

/// <summary>Streams rest between their deadlines, and none is forgotten.</summary>
public sealed class SweepAgendaTests : IDisposable
{
    private static readonly RouteSettings Beating = new() { Heartbeat = TimeSpan.FromSeconds(5) };

    private readonly StreamsUnderTest _streams = new();
    private readonly DirectConnection _connection = new();

    public void Dispose() => _connection.Dispose();

    [Fact]
    public void A_stream_in_the_place_of_one_that_is_over_has_its_own_deadlines()
    {
        for (var round = 1; round <= 3; round++)
        {
            var (stream, output) = _streams.Open(_connection, Beating);
            _streams.Pass(6);
            Assert.Equal(":\n\n".Length, output.Bytes);
            stream.Dispose();
            _streams.Pass(3);
        }
    }

    [Fact]
    public void Of_more_streams_than_a_page_holds_each_is_swept()
    {
        var streams = Enumerable.Range(0, (2 * SweepPage.Length) + 1).Select(_ => _streams.Open(_connection, Beating)).ToArray();

        _streams.Pass(6);

        Assert.All(streams, open => Assert.Equal(":\n\n".Length, open.Output.Bytes));
        foreach (var (stream, _) in streams) stream.Dispose();
    }

    [Fact]
    public void A_credential_ends_by_the_time_of_day_also_when_that_is_set()
    {
        var (stream, _) = _streams.Open(
            _connection, new RouteSettings { Heartbeat = TimeSpan.Zero }, expiresAt: _streams.Time.GetUtcNow().AddHours(1));
        _streams.Pass(2);

        _streams.Time.AdjustTime(_streams.Time.GetUtcNow().AddHours(1));
        _streams.Pass(61);

        Assert.Equal(CloseReason.Expired, stream.Reason);
        stream.Dispose();
    }

    [Fact]
    public async Task Word_that_comes_while_a_stream_rests_is_seen_by_the_next_sweep()
    {
        var (stream, output) = _streams.Open(_connection, new RouteSettings { Heartbeat = TimeSpan.Zero });
        _streams.Pass(30);
        await output.WriteAsync("data: half"u8.ToArray());
        stream.End(CloseReason.Revoked);

        _streams.Pass(4);

        Assert.True(stream.Ended.IsCancellationRequested);
        stream.Dispose();
    }
}

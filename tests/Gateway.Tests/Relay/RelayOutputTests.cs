using System.Text;
using System.Text.RegularExpressions;
using Gateway.Tests.Streams;
using Gateway.Tests.Transport.Client;
using SseGateway.Streams.Life;
using Xunit;

namespace Gateway.Tests.Relay;

/// <summary>What the gateway puts into a stream stands between two frames and nowhere else: catalogue 7.1.5.</summary>
public sealed partial class RelayOutputTests : IDisposable
{
    private const string Heartbeat = ":\n\n";
    private const string Mark = "\uFEFF";

    private static readonly byte[] Notice = "event: gateway.test\ndata: {}\n\n"u8.ToArray();

    private readonly StreamsUnderTest _streams = new();
    private readonly DirectConnection _connection = new();

    /// <summary>A bar is where a heartbeat may stand; it is asked for after every byte.</summary>
    [Theory]
    [Trait("Case", "7.1.5")]
    [InlineData("|data: ab\n\n|data: c\n\n|")]
    [InlineData("|retry: 1\nevent: e\ndata: ab\n\n|\n|:\n\n|\n|\n|data")]
    [InlineData("|data: ab\r\n\r\n|data: c\r\n\r\n|\r\n|")]
    [InlineData("|data: ab\r\r|data: c\r\r|:\r\r|\r|")]
    [InlineData("|data: ab\n\n|data: c\r\n\r\n|data: d\r\r|data: e\n\n|")]
    [InlineData("|data: \U0001F600\n\n|\U0001F600:\u00E9\n\n|")]
    [InlineData("|\n|\n|\n|data: a\n\n|")]
    [InlineData("|data: " + Mark + "\n\n|" + Mark + "\n\n|")]
    [InlineData("|data: a\n\rdata: b\n\n|")]
    public async Task Heartbeat_is_never_written_inside_a_line(string marked)
    {
        var (_, output) = _streams.Open(_connection);
        var allowed = new StringBuilder();
        foreach (var one in Encoding.UTF8.GetBytes(marked.Replace("|", "", StringComparison.Ordinal)))
        {
            allowed.Append(output.TryHeartbeat() ? '|' : "").Append((char)one);
            await output.WriteAsync(new[] { one });
        }

        allowed.Append(output.TryHeartbeat() ? '|' : "");
        Assert.Equal(marked, Utf8(allowed));
        Assert.Equal(Put(Heartbeat, "|", marked), Received());
    }

    /// <summary>A bar is where a heartbeat may stand in the stream of a client with a parser; it is asked for after every byte.</summary>
    [Theory]
    [Trait("Case", "7.1.5")]
    [InlineData("|data: ab\n|\n|data: c\n|\n|")]
    [InlineData("|id: 1\n|event: e\n|data: ab\n|\n|\n|:\n|\n|\n|\n|data")]
    [InlineData("|data: ab\r\n|\r\n|data: c\r\n|\r\n|\r\n|")]
    [InlineData("|data: ab\r\r|data: c\r|\r|:\r|\r|\r|")]
    [InlineData("|retry: 500\n|: ping\n|: ping\n|")]
    [InlineData("|data: \U0001F600\n|\n|\U0001F600:\u00E9\n|\n|")]
    [InlineData("|data: a\n|\rdata: b\n|\n|")]
    public async Task Heartbeat_of_a_client_with_a_parser_is_one_line_between_two_lines(string marked)
    {
        var (_, output) = _streams.Open(_connection, accept: StreamsUnderTest.Parser);
        var allowed = new StringBuilder();
        foreach (var one in Encoding.UTF8.GetBytes(marked.Replace("|", "", StringComparison.Ordinal)))
        {
            allowed.Append(output.TryHeartbeat() ? '|' : "").Append((char)one);
            await output.WriteAsync(new[] { one });
        }

        allowed.Append(output.TryHeartbeat() ? '|' : "");
        Assert.Equal(marked, Utf8(allowed));
        Assert.Equal(Put(":\n", "|", marked), Received());
    }

    /// <summary>A hand-written reader splits at blank lines and looks at how a piece begins; who uses ids has a parser. Every way to cut is tried.</summary>
    [Theory]
    [InlineData("data: a\n\n", Heartbeat)]
    [InlineData("id: 1\ndata: a\n\n", ":\n")]
    [InlineData("id:1\r\ndata: a\r\n\r\n", ":\n")]
    [InlineData("id\ndata: a\n\n", ":\n")]
    [InlineData("data: a\nid: 1\n\n", ":\n")]
    [InlineData("data: a\rid: 1\r\r", ":\n")]
    [InlineData(Mark + "id: 1\n\n", ":\n")]
    [InlineData("data: a\n\n" + Mark + "id: 1\n\n", Heartbeat)]
    [InlineData("idx: 1\n\n", Heartbeat)]
    [InlineData(" id: 1\n\n", Heartbeat)]
    [InlineData("data: id: 1\n\n", Heartbeat)]
    [InlineData(":id: 1\n\n", Heartbeat)]
    [InlineData("i\nd: 1\n\n", Heartbeat)]
    [InlineData("iid: 1\n\n", Heartbeat)]
    [InlineData("ID: 1\n\n", Heartbeat)]
    public async Task Heartbeat_is_a_block_of_its_own_until_the_stream_has_shown_an_id(string stream, string heartbeat)
    {
        var wire = Encoding.UTF8.GetBytes(stream);
        for (var cut = 0; cut <= wire.Length; cut++)
        {
            using var connection = new DirectConnection();
            var (_, output) = _streams.Open(connection);
            foreach (var part in new[] { wire.AsMemory(0, cut), wire.AsMemory(cut) }.Where(part => !part.IsEmpty))
            {
                await output.WriteAsync(part);
            }

            Assert.True(output.TryHeartbeat());
            Assert.Equal(Put(heartbeat, "|", stream + "|"), Encoding.UTF8.GetString(connection.ReadAll()));
        }
    }

    [Fact]
    public async Task Heartbeats_go_on_while_a_notice_waits_for_the_end_of_a_frame()
    {
        var (_, output) = _streams.Open(_connection, accept: StreamsUnderTest.EventSource);
        await output.WriteAsync("data: a\n"u8.ToArray());
        output.Tell(Notice);
        Assert.True(output.TryHeartbeat());
        await output.WriteAsync("\n"u8.ToArray());
        await output.WriteAsync("data: b\n\n"u8.ToArray());
        Assert.Equal("data: a\n:\n\n" + Encoding.UTF8.GetString(Notice) + "data: b\n\n", Received());
    }

    [Theory]
    [Trait("Case", "7.1.5")]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Heartbeat_is_never_written_inside_or_before_the_rest_of_a_byte_order_mark_that_is_on_its_way(int sent)
    {
        var (_, output) = _streams.Open(_connection);
        var stream = Encoding.UTF8.GetBytes(Mark + "data: a\n\n");
        if (sent > 0)
        {
            await output.WriteAsync(stream.AsMemory(0, sent));
            Assert.False(output.TryHeartbeat());
        }

        await output.WriteAsync(stream.AsMemory(sent, 3 - sent));
        Assert.True(output.TryHeartbeat());
        await output.WriteAsync(stream.AsMemory(3));

        Assert.Equal(Mark + Heartbeat + "data: a\n\n", Received());
    }

    public static TheoryData<string, string> Beginnings()
    {
        var (rest, cases) = ("data: a\n\n", new TheoryData<string, string>());
        foreach (var (stream, expected) in new[]
        {
            ("\xEF\xBB\xBF" + rest, rest),
            ("\xEF\xBB\xBF\xEF\xBB\xBF" + rest, "\xEF\xBB\xBF" + rest),
            ("\xEF\xBB\xBF", ""),
            ("\xEF\xBB\xBE" + rest, "\xEF\xBB\xBE" + rest),
            ("\xEF\xBB" + rest, "\xEF\xBB" + rest),
            ("\xEF\xEF\xBB\xBF" + rest, "\xEF\xEF\xBB\xBF" + rest),
            ("\xEF\n\n" + rest, "\xEF\n\n" + rest),
            ("\xBB\xBF" + rest, "\xBB\xBF" + rest),
            ("\n\xEF\xBB\xBF" + rest, "\n\xEF\xBB\xBF" + rest),
            (rest + "\xEF\xBB\xBF", rest + "\xEF\xBB\xBF"),
        })
        {
            cases.Add(stream, expected);
        }

        return cases;
    }

    /// <summary>Bytes are written as characters; every way to cut the first five of them is tried.</summary>
    [Theory]
    [Trait("Case", "7.1.5")]
    [MemberData(nameof(Beginnings))]
    public async Task Byte_order_mark_after_a_heartbeat_is_dropped_and_only_that(string stream, string expected)
    {
        for (var cuts = 0; cuts < 1 << 5; cuts++)
        {
            using var connection = new DirectConnection();
            var (live, output) = _streams.Open(connection);
            Assert.True(output.TryHeartbeat());
            foreach (var part in Cut(Encoding.Latin1.GetBytes(stream), cuts))
            {
                await output.WriteAsync(part);
            }

            live.TrySetReason(CloseReason.UpstreamEnded);
            await output.SealAsync();
            Assert.Equal(Heartbeat + expected, Encoding.Latin1.GetString(connection.ReadAll()));
        }
    }

    /// <summary>Not even one more heartbeat makes the rest of a mark that was held back come out of order.</summary>
    [Fact]
    public async Task Heartbeats_may_follow_each_other_while_a_mark_is_held_back()
    {
        var (_, output) = _streams.Open(_connection);
        Assert.True(output.TryHeartbeat());
        foreach (var one in Encoding.UTF8.GetBytes(Mark))
        {
            await output.WriteAsync(new[] { one });
            Assert.True(output.TryHeartbeat());
        }

        await output.WriteAsync("data: a\n\n"u8.ToArray());

        Assert.Equal(Heartbeat + Heartbeat + Heartbeat + Heartbeat + "data: a\n\n", Received());
    }

    [Fact]
    public async Task An_encoded_stream_gets_nothing_of_the_gateways()
    {
        var (stream, output) = _streams.Open(_connection, mayInsert: false);
        Assert.False(output.TryHeartbeat());
        output.Tell(Notice);
        await output.WriteAsync(new byte[] { 0x1F, 0x8B, 10, 10 });
        Assert.False(output.TryHeartbeat());
        await output.WriteAsync(new byte[] { 10, 10 });

        stream.End(CloseReason.Drained);

        Assert.True(stream.Ended.IsCancellationRequested);
        Assert.Equal("\x1F\u008B\n\n\n\n", Encoding.Latin1.GetString(_connection.ReadAll()));
    }

    /// <summary>A bar is a cut; the notice is told at the cut of the given number.</summary>
    [Theory]
    [InlineData("|data: a\n\n", 0, "[n]data: a\n\n")]
    [InlineData("data: a\n\n|data: b\n\n", 0, "data: a\n\n[n]data: b\n\n")]
    [InlineData("data: a|a\n\ndata: b\n\ndata: c", 0, "data: aa\n\n[n]data: b\n\ndata: c")]
    [InlineData("data: a|a\n\ndata|: b\n\nda|ta: c\n\nda", 0, "data: aa\n\n[n]data: b\n\ndata: c\n\nda")]
    [InlineData("data: a|a\r\n\r\ndata: b", 0, "data: aa\r\n\r\n[n]data: b")]
    [InlineData("data: a\r\n\r|\ndata: b", 0, "data: a\r\n\r\n[n]data: b")]
    [InlineData("data: a|a\r\rdata: b\r", 0, "data: aa\r\r[n]data: b\r")]
    [InlineData("data: a|b|c|\n\n|data", 1, "data: abc\n\n[n]data")]
    [InlineData("data: a|b|c", 1, "data: abc")]
    [InlineData(Mark + "|data: a\n\n", 0, Mark + "[n]data: a\n\n")]
    [InlineData("|" + Mark + "data: a\n\n", 0, "[n]data: a\n\n")]
    public async Task Notice_comes_at_the_next_boundary_wherever_the_writes_end(string stream, int tellAt, string expected)
    {
        var (_, output) = _streams.Open(_connection);
        var parts = stream.Split('|');
        for (var part = 0; part < parts.Length; part++)
        {
            if (parts[part].Length > 0)
            {
                await output.WriteAsync(Encoding.UTF8.GetBytes(parts[part]));
            }

            if (part == tellAt)
            {
                output.Tell(Notice);
            }
        }

        Assert.Equal(Put(Encoding.UTF8.GetString(Notice), "[n]", expected), Received());
    }

    /// <summary>A block of comments dispatches nothing (9.2.6). A reader that splits at blank lines would take the notice for a part of them.</summary>
    [Theory]
    [InlineData(": ping\n", true)]
    [InlineData("data: a\n\n: ping\n:\n", true)]
    [InlineData("data: a\n\n:\n\n: ping\n", true)]
    [InlineData(Mark + ": ping\n", true)]
    [InlineData("data: a\r\r: ping\r", true)]
    [InlineData(": ping\r\n", true)]
    [InlineData(": ping\r", false)]
    [InlineData(": ping", false)]
    [InlineData(": ping\nid: 1\n", false)]
    [InlineData("id: 1\n: ping\n", false)]
    [InlineData("x\n: ping\n", false)]
    [InlineData("data: a\n\n" + Mark + ": ping\n", false)]
    public async Task Notice_may_stand_after_whole_comments_for_a_client_with_a_parser(string stream, bool allowed)
    {
        foreach (var (accept, here) in new[] { (StreamsUnderTest.EventSource, allowed), ("", false) })
        {
            using var connection = new DirectConnection();
            var (_, output) = _streams.Open(connection, accept: accept);
            foreach (var one in Encoding.UTF8.GetBytes(stream))
            {
                await output.WriteAsync(new[] { one });
            }

            output.Tell(Notice);
            Assert.Equal(here, Encoding.UTF8.GetString(connection.ReadAll()).Contains("gateway.test", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Of_two_notices_for_the_same_place_the_later_is_put_in()
    {
        var (_, output) = _streams.Open(_connection);
        await output.WriteAsync("data: a"u8.ToArray());

        output.Tell("event: first\ndata\n\n"u8.ToArray());
        output.Tell(Notice);
        await output.WriteAsync("\n\ndata: b\n\n"u8.ToArray());

        Assert.Equal("data: a\n\n" + Encoding.UTF8.GetString(Notice) + "data: b\n\n", Received());
    }

    /// <summary>A bar is where the end was asked for. What was written before that in one piece passes whole.</summary>
    [Theory]
    [InlineData("|data: a\n\n", "")]
    [InlineData("data: a\n\n|data: b\n\n", "data: a\n\n")]
    [InlineData("data: a|a\n\ndata: b\n\n", "data: aa\n\n")]
    [InlineData("data: a\n|\ndata: b\n\n", "data: a\n\n")]
    [InlineData("data: a\r|\n\r\ndata: b\r\n\r\n", "data: a\r\n\r")]
    [InlineData("data: a\r\n\r|\ndata: b\r\n\r\n", "data: a\r\n\r")]
    [InlineData("data: a|\r\rdata: b\r\r", "data: a\r\r")]
    [InlineData("\uFEFF|data: a\n\ndata: b\n\n", "\uFEFF")]
    [InlineData("data: a\n\ndata: \U0001F600|\n\ndata: c\n\n", "data: a\n\ndata: \U0001F600\n\n")]
    [InlineData(": ping\n|: ping\n", ": ping\n")]
    [InlineData("data: a\n\n: pi|ng\n: ping\n", "data: a\n\n: ping\n")]
    [InlineData(": ping\ndata: a|\n: b\n\n: c\n", ": ping\ndata: a\n: b\n\n")]
    [InlineData(": ping\r\n: pi|ng\r\n: ping\r\n", ": ping\r\n: ping\r")]
    [InlineData("retry: 500\n: pi|ng\n: ping\n\n", "retry: 500\n: ping\n: ping\n\n")]
    public async Task End_lets_the_frame_under_way_pass_and_nothing_after_it_in_all_cuts(string stream, string expected)
    {
        var wire = Encoding.UTF8.GetBytes(stream.Replace("|", "", StringComparison.Ordinal));
        var before = Encoding.UTF8.GetByteCount(stream[..stream.IndexOf('|', StringComparison.Ordinal)]);
        for (var cut = before; cut <= wire.Length; cut++)
        {
            using var connection = new DirectConnection();
            var (live, output) = _streams.Open(connection);
            if (before > 0)
            {
                await output.WriteAsync(wire.AsMemory(0, before));
            }

            live.End(CloseReason.Drained);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            {
                foreach (var part in new[] { wire.AsMemory(before, cut - before), wire.AsMemory(cut) }.Where(part => !part.IsEmpty))
                {
                    await output.WriteAsync(part);
                }

                live.Ended.ThrowIfCancellationRequested();
            });

            await output.SealAsync();
            Assert.True(output.AtBoundary);
            Assert.False(output.TryHeartbeat());
            output.Tell(Notice);
            Assert.Equal(expected, Encoding.UTF8.GetString(connection.ReadAll()));
        }
    }

    [Fact]
    public async Task Bytes_and_frames_are_counted_as_they_pass()
    {
        var (_, output) = _streams.Open(_connection);
        Assert.True(output.TryHeartbeat());
        await output.WriteAsync("data: a\n\n:c\n\n\n\ndata"u8.ToArray());
        Assert.Equal((19, 19 + 3, 2), (output.Passed, output.Bytes, output.Frames));

        await output.WriteAsync(": b\n\n"u8.ToArray());
        Assert.True(output.TryHeartbeat());

        Assert.Equal((24, 24 + 6, 3), (output.Passed, output.Bytes, output.Frames));
    }

    public void Dispose() => _connection.Dispose();

    private static IEnumerable<ReadOnlyMemory<byte>> Cut(byte[] stream, int cuts)
    {
        var start = 0;
        for (var at = 1; at < stream.Length; at++)
        {
            if (at <= 5 && (cuts & (1 << (at - 1))) != 0)
            {
                yield return stream.AsMemory(start, at - start);
                start = at;
            }
        }

        yield return stream.AsMemory(start);
    }

    // In the line ends that the stream has shown before it; LF before its first.
    private static string Put(string frame, string mark, string stream)
    {
        var parts = stream.Split(mark);
        var shown = new StringBuilder();
        var put = new StringBuilder();
        for (var i = 0; i < parts.Length; i++)
        {
            shown.Append(parts[i]);
            put.Append(parts[i]);
            if (i < parts.Length - 1)
            {
                var ends = LineEnds().Matches(shown.ToString());
                put.Append(frame.Replace("\n", ends.Count > 0 ? ends[^1].Value : "\n", StringComparison.Ordinal));
            }
        }

        return put.ToString();
    }

    [GeneratedRegex("\r\n|\r|\n")]
    private static partial Regex LineEnds();

    private static string Utf8(StringBuilder latin1) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(latin1.ToString()));

    private string Received() => Encoding.UTF8.GetString(_connection.ReadAll());
}

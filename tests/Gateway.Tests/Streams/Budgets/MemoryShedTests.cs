using Gateway.Tests.Running;
using Gateway.Tests.Transport.Client;
using Gateway.Tests.Wire;
using Microsoft.Extensions.Logging;
using SseGateway.Streams.Budgets.Memory;
using SseGateway.Streams.Life;
using Xunit;

namespace Gateway.Tests.Streams.Budgets;

/// <summary>What waits for clients and what is retained come back under their bound, at the cost of those who have most.</summary>
public sealed class MemoryShedTests : IDisposable
{
    private const int Event = 100_000;

    // An eighth over it is what a moment explains.
    private const int Limit = 10 * Event;

    private readonly MemoryBudget _memory = new(Limit);
    private readonly StreamsUnderTest _streams;
    private readonly CapturedLog _log = new();
    private readonly ILoggerFactory _loggers;
    private readonly MemoryShed _shed;
    private readonly List<DirectConnection> _connections = [];
    private readonly List<Retainer> _retainers = [];

    public MemoryShedTests()
    {
        _streams = new StreamsUnderTest(memory: _memory);
        _loggers = LoggerFactory.Create(logging => logging.AddProvider(_log));
        _memory.Watch(() => _retainers);
        _shed = new MemoryShed(_memory, _streams.Registry, _loggers.CreateLogger<MemoryShed>());
    }

    public void Dispose()
    {
        _connections.ForEach(connection => connection.Dispose());
        _loggers.Dispose();
    }

    [Fact]
    public void Nothing_goes_as_long_as_all_of_it_is_within_the_bound()
    {
        var slow = Open(3 * Event);
        Retain(4 * Event);
        _shed.Sweep();

        Assert.Equal(CloseReason.None, slow.Reason);
        Assert.Equal(4 * Event, _memory.Retained);
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public void Logs_shrink_to_one_level_and_small_ones_stay_as_they_are()
    {
        var (small, large, largest) = (Retain(Event), Retain(5 * Event), Retain(6 * Event));
        _shed.Sweep();

        Assert.Equal(Event, small.Retained);
        Assert.Equal(large.Retained, largest.Retained);
        Assert.InRange(_memory.Retained, Limit / 2, Limit / 8 * 7);
    }

    [Fact]
    public void Clients_that_do_not_read_leave_the_others_half_of_what_they_could_resume_from()
    {
        Retain(6 * Event);
        _memory.AddWaiting(Limit);
        _shed.Sweep();

        Assert.InRange(_memory.Retained, (Limit / 16 * 7) - 1, Limit / 2);
    }

    /// <summary>At once, since what waits grows faster than a sweep comes.</summary>
    [Fact]
    public async Task Streams_for_which_most_waits_end_and_no_more_of_them_than_it_takes()
    {
        // What waits is the buffer of a read and the next power of two: 541, 279, 147 and 82 KB.
        var (slowest, slower, slow, last) = (Open(3 * Event), Open(2 * Event), Open(Event), Open(Event / 2));

        await Deadline.UntilAsync(() => slowest.Reason == CloseReason.Slow);
        _shed.Sweep();
        _shed.Execute();
        Assert.Equal([CloseReason.None, CloseReason.None, CloseReason.None], new[] { slower, slow, last }.Select(stream => stream.Reason));
    }

    [Fact]
    public void Warning_is_given_once_a_minute()
    {
        _memory.AddWaiting(2 * Limit);
        for (var second = 0; second < 61; second++)
        {
            _shed.Sweep();
            _streams.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(2, _log.Lines.Count(line => line.Contains("Memory is short", StringComparison.Ordinal)));
    }

    // A stream whose client reads nothing of an event.
    private LiveStream Open(int bytes)
    {
        var connection = new DirectConnection(sendBufferBytes: 4096);
        _connections.Add(connection);
        var (stream, output) = _streams.Open(connection);
        Assert.False(output.WriteAsync(new byte[bytes]).AsTask().IsCompleted);
        Assert.InRange(stream.WaitingBytes, bytes, 2 * bytes);
        return stream;
    }

    private Retainer Retain(int bytes)
    {
        var retainer = new Retainer(_memory, bytes);
        _retainers.Add(retainer);
        return retainer;
    }

    private sealed class Retainer : IRetainer
    {
        private readonly MemoryBudget _memory;

        public Retainer(MemoryBudget memory, long bytes)
        {
            (_memory, Retained) = (memory, bytes);
            memory.AddRetained(bytes);
        }

        public long Retained { get; private set; }

        public void Shrink(long bytes)
        {
            var excess = Math.Max(0, Retained - bytes);
            Retained -= excess;
            _memory.AddRetained(-excess);
        }
    }
}

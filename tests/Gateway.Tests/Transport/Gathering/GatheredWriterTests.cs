using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using Gateway.Tests.Wire;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Transport.Gathering;
using Xunit;

namespace Gateway.Tests.Transport.Gathering;

/// <summary>What many streams of one connection write at once leaves together, and what one writes alone leaves at once. The clock stands still.</summary>
public sealed class GatheredWriterTests : IDisposable
{
    private const int RecordBytes = 16 * 1024;
    private const int MostBytes = 64 * 1024;

    private readonly SlowTarget _target = new();
    private readonly GatheringRound _round;
    private readonly GatheredWriter _writer;

    public GatheredWriterTests()
    {
        _round = new GatheringRound(new FakeTimeProvider());
        _writer = new GatheredWriter(_target, _round);
    }

    public void Dispose() => _target.Dispose();

    [Fact]
    public async Task What_is_written_alone_leaves_at_once()
    {
        for (byte i = 0; i < 20; i++)
        {
            Put(i);
            await Deadline.UntilAsync(() => _target.Writes.Length == i + 1);
        }
    }

    [Fact]
    public async Task What_is_written_while_a_send_is_under_way_waits_for_the_round_and_leaves_in_one()
    {
        await CrowdAsync();

        for (byte i = 50; i < 150; i++) Put(i);
        var before = _target.Writes.Length;
        _round.Come();

        await Deadline.UntilAsync(() => _target.Writes.Length > before);
        Assert.Equal(before + 1, _target.Writes.Length);
        Assert.Equal([.. Enumerable.Range(50, 100).Select(i => (byte)i)], _target.Writes[^1]);
    }

    [Fact]
    public async Task A_full_record_waits_for_no_round()
    {
        await CrowdAsync();
        var before = _target.Bytes.Length;

        Put(1, RecordBytes / 2);
        Put(2, RecordBytes / 2);

        await Deadline.UntilAsync(() => _target.Bytes.Length == before + RecordBytes);
    }

    [Fact]
    public async Task Flush_waits_when_the_client_takes_nothing_and_so_much_is_here_already()
    {
        _target.Stop();
        Put(1);
        await Deadline.UntilAsync(() => _target.Writes.Length == 1);

        Put(2, MostBytes - 2);
        var last = FlushAsync(3);
        Assert.False(last.IsCompleted);
        _target.GoOn();

        Assert.False((await Deadline.ForAsync(last)).IsCompleted);
        await Deadline.UntilAsync(() => _target.Bytes.Length == MostBytes);
    }

    [Fact]
    public async Task Bytes_leave_in_the_order_in_which_they_were_written()
    {
        var random = new Random(18);
        var written = new List<byte>();
        for (var i = 0; i < 2_000; i++)
        {
            var bytes = new byte[random.Next(1, 700)];
            random.NextBytes(bytes);
            written.AddRange(bytes);
            await _writer.WriteAsync(bytes, TestContext.Current.CancellationToken);
            if (i % 7 == 0) _round.Come();
        }

        await Deadline.ForAsync(_writer.DrainAsync());
        Assert.Equal(written, _target.Bytes);
    }

    [Fact]
    public async Task What_has_been_gathered_is_sent_before_the_connection_is_closed()
    {
        await CrowdAsync();
        var before = _target.Writes.Length;
        Put(7);
        Assert.Equal(before, _target.Writes.Length);

        await Deadline.ForAsync(_writer.DrainAsync());
        Assert.Equal([7], _target.Writes[^1]);

        for (byte i = 8; i < 28; i++) Put(i);
        await Deadline.UntilAsync(() => _target.Bytes[^1] == 27);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Flush_says_when_the_client_is_gone(bool drains)
    {
        _target.Failure = new IOException("gone");
        Put(1);

        if (drains) await Deadline.ForAsync(_writer.DrainAsync());
        await Deadline.UntilAsync(async () => (await FlushAsync(2)).IsCompleted);
        await Deadline.ForAsync(_writer.DrainAsync());
        Assert.Empty(_target.Writes);
    }

    [Fact]
    public async Task Flush_that_waits_hears_that_the_client_is_gone()
    {
        _target.Stop();
        Put(1);
        await Deadline.UntilAsync(() => _target.Writes.Length == 1);
        var last = FlushAsync(3, MostBytes);
        _target.Failure = new IOException("gone");
        _target.GoOn();

        Assert.True((await Deadline.ForAsync(last)).IsCompleted);
    }

    [Fact]
    public async Task Completion_gives_no_memory_to_others_that_somebody_may_still_write_into_and_what_was_flushed_is_sent()
    {
        await CrowdAsync();
        Put(7);
        Assert.True(MemoryMarshal.TryGetArray<byte>(_writer.GetMemory(), out var held));

        _writer.Complete();

        // The pool would hand the array that was given back last on this thread out first.
        Assert.NotSame(held.Array, ArrayPool<byte>.Shared.Rent(held.Array!.Length));
        await Deadline.ForAsync(_writer.DrainAsync());
        Assert.Equal([7], _target.Writes[^1]);
    }

    [Fact]
    public async Task Drain_of_a_client_that_takes_nothing_ends_with_its_connection()
    {
        await CrowdAsync();
        _target.Stop();
        var before = _target.Writes.Length;
        Put(1);
        var drained = _writer.DrainAsync();
        await Deadline.UntilAsync(() => _target.Writes.Length > before);
        Put(2);
        Assert.False(drained.IsCompleted);

        _target.Failure = new IOException("gone");
        _target.GoOn();

        await Deadline.ForAsync(drained);
        Assert.True((await FlushAsync(3)).IsCompleted);
    }

    [Fact]
    public async Task Flush_that_waits_is_given_up_alone()
    {
        _target.Stop();
        Put(1);
        await Deadline.UntilAsync(() => _target.Writes.Length == 1);
        using var cancel = new CancellationTokenSource();
        _writer.Write(new byte[MostBytes]);
        var waiting = _writer.FlushAsync(cancel.Token).AsTask();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Deadline.ForAsync(waiting));
        var next = FlushAsync(2);
        Assert.False(next.IsCompleted);
        _target.GoOn();
        Assert.False((await Deadline.ForAsync(next)).IsCompleted);
        await Deadline.UntilAsync(() => _target.Bytes.Length == 1 + MostBytes + 1);
    }

    // So that the writer has seen a crowd, and has nothing left.
    private async Task CrowdAsync()
    {
        _target.Stop();
        Put(0);
        await Deadline.UntilAsync(() => _target.Writes.Length == 1);
        for (var i = 0; i < 10; i++) Put(0);
        _target.GoOn();
        await Deadline.UntilAsync(() =>
        {
            _round.Come();
            return _target.Bytes.Length == 11;
        });
        await Deadline.UntilAsync(() => _writer.IsResting);
    }

    private void Put(byte value, int count = 1) => Assert.True(FlushAsync(value, count).IsCompletedSuccessfully);

    private Task<FlushResult> FlushAsync(byte value, int count = 1)
    {
        var bytes = new byte[count];
        bytes.AsSpan().Fill(value);
        return _writer.WriteAsync(bytes).AsTask();
    }
}

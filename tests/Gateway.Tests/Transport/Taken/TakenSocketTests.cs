using System.Net.Sockets;
using Gateway.Tests.Wire;
using SseGateway.Transport.Taken;
using Xunit;

namespace Gateway.Tests.Transport.Taken;

/// <summary>A connection that its server has let go of without knowing.</summary>
public sealed class TakenSocketTests
{
    private readonly byte[] _large = [.. Enumerable.Range(0, 4 * 1024 * 1024).Select(i => (byte)(i * 31 / 7))];

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_the_server_does_with_its_own_does_nothing_to_the_client()
    {
        using var pair = await TakenPair.WatchAsync();

        pair.Server.Shutdown(SocketShutdown.Both);
        pair.Server.Close(timeout: 0);
        await Assert.ThrowsAsync<SocketException>(() => Deadline.ForAsync(pair.Reading));

        await pair.Taken.SendAsync("event"u8.ToArray(), Test);
        pair.Taken.EndSending();
        Assert.Equal("event"u8.ToArray(), await pair.ReadToEndAsync());
        Assert.False(pair.IsGone);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_that_leaves_is_told_of(bool clean)
    {
        using var pair = await TakenPair.WatchAsync();

        Leave(pair, clean);

        await pair.UntilGoneAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_that_has_left_before_is_told_of(bool clean)
    {
        using var pair = await TakenPair.TakeAsync();
        Leave(pair, clean);

        pair.Taken.Watch(pair);

        await pair.UntilGoneAsync();
    }

    [Fact]
    public async Task What_a_client_still_says_is_for_nobody_and_has_a_bound()
    {
        using var pair = await TakenPair.WatchAsync();
        for (var i = 0; i < 8; i++)
        {
            await pair.Client.SendAsync(new byte[1024], Test);
        }

        await pair.Taken.SendAsync("event"u8.ToArray(), Test);
        Assert.Equal(5, await pair.Client.ReceiveAsync(new byte[100], Test));
        Assert.False(pair.IsGone);

        _ = pair.Client.SendAsync(new byte[128 * 1024], Test).AsTask().ContinueWith(static sent => sent.Exception, TaskScheduler.Default);
        await pair.UntilGoneAsync();
    }

    [Fact]
    public async Task A_client_that_reads_slowly_gets_all_of_it_in_order()
    {
        using var pair = await TakenPair.WatchAsync(bufferBytes: 4096);

        var sending = pair.Taken.SendAsync(_large, Test).AsTask();
        Assert.False(sending.IsCompleted);
        var reading = pair.ReadToEndAsync();
        Assert.False((await Deadline.ForAsync(sending)).IsCompleted);
        sending = pair.Taken.SendAsync(_large, Test).AsTask();
        Assert.False((await Deadline.ForAsync(sending)).IsCompleted);

        pair.Taken.EndSending();
        var expected = _large.Concat(_large).ToArray();
        Assert.Equal(expected, await reading);
    }

    [Fact]
    public async Task A_write_that_is_given_up_ends_the_connection()
    {
        using var pair = await TakenPair.WatchAsync(bufferBytes: 4096);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Test);
        var sending = pair.Taken.SendAsync(_large, deadline.Token).AsTask();

        await deadline.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Deadline.ForAsync(sending));
        await pair.UntilGoneAsync();
        await Assert.ThrowsAsync<IOException>(pair.ReadToEndAsync);
        Assert.True((await pair.Taken.SendAsync("more"u8.ToArray(), Test)).IsCompleted);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_write_that_waits_is_over_with_its_client(bool clean)
    {
        using var pair = await TakenPair.WatchAsync(bufferBytes: 4096);
        var sending = pair.Taken.SendAsync(_large, Test).AsTask();

        Leave(pair, clean);

        Assert.True((await Deadline.ForAsync(sending)).IsCompleted);
        await pair.UntilGoneAsync();
    }

    [Fact]
    public async Task A_write_that_waits_is_over_when_the_connection_is_closed()
    {
        using var pair = await TakenPair.WatchAsync(bufferBytes: 4096);
        var sending = pair.Taken.SendAsync(_large, Test).AsTask();

        pair.Taken.Abort();

        Assert.True((await Deadline.ForAsync(sending)).IsCompleted);
        await Assert.ThrowsAsync<IOException>(pair.ReadToEndAsync);
    }

    [Fact]
    public async Task A_descriptor_that_comes_again_is_another_ones()
    {
        var before = await TakenPair.WatchAsync();
        before.Dispose();
        using var pair = await TakenPair.WatchAsync();

        Assert.False(before.IsGone);
        Assert.False(pair.IsGone);
        Leave(pair, clean: true);
        await pair.UntilGoneAsync();
        Assert.False(before.IsGone);
    }

    [Fact]
    public async Task One_that_nobody_waits_for_or_that_is_closed_stays_the_servers()
    {
        using var pair = await TakenPair.ConnectAsync();
        using var quiet = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Assert.Null(TakenSocket.TryTake(quiet));

        pair.Server.Dispose();
        Assert.Null(TakenSocket.TryTake(pair.Server));
    }

    private static void Leave(TakenPair pair, bool clean)
    {
        if (clean) pair.Client.Dispose();
        else pair.Client.Close(timeout: 0);
    }
}

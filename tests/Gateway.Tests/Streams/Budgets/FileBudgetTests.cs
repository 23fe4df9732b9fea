using Gateway.Tests.Wire;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Streams.Budgets.Files;
using SseGateway.Streams.Life;
using Xunit;

namespace Gateway.Tests.Streams.Budgets;

public sealed class FileBudgetTests
{
    private const int Capacity = 80;
    private const int ForStreams = 70;

    private readonly FakeTimeProvider _time = new();
    private readonly FileBudget _files;

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    public FileBudgetTests() => _files = new FileBudget(_time, NullLogger<FileBudget>.Instance, limit: 1000, Capacity);

    [Fact]
    public void Large_limits_keep_no_more_for_refusals_than_refusals_need() =>
        Assert.Equal(19_400, new FileBudget(_time, NullLogger<FileBudget>.Instance, limit: 20_000, capacity: 19_600).RoomForStreams);

    [Fact]
    public void A_relayed_stream_keeps_a_file_for_its_upstream_until_that_counts_for_itself()
    {
        for (var i = 0; i < ForStreams; i++)
        {
            Assert.True(_files.TryOpen(StreamMode.Relay));
        }

        Assert.False(_files.TryOpen(StreamMode.Relay));
        Assert.True(_files.TryOpen(StreamMode.Shared));
        _files.NoteOpened();
        Assert.True(_files.TryOpen(StreamMode.Relay));
    }

    [Fact]
    public async Task The_last_eighth_is_for_clients_that_are_told_to_come_again()
    {
        for (var i = 0; i < ForStreams; i++)
        {
            Assert.True(await _files.TryAcceptAsync(Test));
        }

        Assert.True(_files.Scarce);
        Assert.False(_files.TryOpen(StreamMode.Relay));
        Assert.True(await _files.TryAcceptAsync(Test));
    }

    [Fact]
    public async Task Those_that_were_admitted_find_a_file_for_their_upstream_when_clients_have_taken_all()
    {
        for (var i = 0; i < Capacity; i++)
        {
            Assert.True(await _files.TryAcceptAsync(Test));
        }

        Assert.True(_files.TryConnect());
    }

    [Fact]
    public async Task A_connection_waits_for_another_one_to_be_closed()
    {
        await FillAsync();
        var waiting = _files.TryAcceptAsync(Test);
        Assert.False(waiting.IsCompleted);

        _files.CloseClient();
        Assert.True(await Deadline.ForAsync(waiting.AsTask()));
        Assert.Equal(0, _files.TurnedAway);
    }

    [Fact]
    public async Task It_waits_no_longer_than_a_moment_and_those_after_it_not_at_all_until_one_is_closed()
    {
        await FillAsync();
        var waiting = _files.TryAcceptAsync(Test).AsTask();
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.False(await Deadline.ForAsync(waiting));

        var next = _files.TryAcceptAsync(Test);
        Assert.True(next.IsCompleted);
        Assert.False(await next);
        Assert.Equal(2, _files.TurnedAway);

        _files.CloseClient();
        Assert.True(await _files.TryAcceptAsync(Test));
    }

    [Fact]
    public async Task A_listener_that_is_to_accept_no_more_does_not_wait()
    {
        await FillAsync();
        using var unbound = new CancellationTokenSource();
        var waiting = _files.TryAcceptAsync(unbound.Token).AsTask();
        await unbound.CancelAsync();

        Assert.False(await Deadline.ForAsync(waiting));
    }

    [Fact]
    public async Task Connections_without_a_request_are_closed_when_no_stream_is_admitted_any_more_and_others_are_not()
    {
        var connections = new List<DefaultConnectionContext>();
        while (connections.Count < ForStreams)
        {
            await AcceptAsync(connections);
        }

        _time.Advance(TimeSpan.FromSeconds(2));
        await AcceptAsync(connections);
        _time.Advance(TimeSpan.FromSeconds(1));
        var request = new DefaultHttpContext();
        request.Features.Set(connections[7].Features.Get<BudgetedConnection>());
        BudgetedConnection.BeginRequest(request);
        _files.Sweep();

        // An abort is carried out by another thread.
        DefaultConnectionContext[] open = [connections[7], connections[^1]];
        await Deadline.UntilAsync(() => connections.Except(open).All(connection => connection.ConnectionClosed.IsCancellationRequested));
        Assert.DoesNotContain(open, connection => connection.ConnectionClosed.IsCancellationRequested);
    }

    [Fact]
    public async Task Connections_without_a_request_stay_as_long_as_there_are_files_for_streams()
    {
        var connections = new List<DefaultConnectionContext>();
        while (connections.Count < ForStreams - 1)
        {
            await AcceptAsync(connections);
        }

        _time.Advance(TimeSpan.FromMinutes(1));
        _files.Sweep();

        Assert.DoesNotContain(connections, connection => connection.ConnectionClosed.IsCancellationRequested);
    }

    private async Task AcceptAsync(List<DefaultConnectionContext> connections)
    {
        Assert.True(await _files.TryAcceptAsync(Test));
        connections.Add(new DefaultConnectionContext());
        _ = new BudgetedConnection(connections[^1], _files);
    }

    private async Task FillAsync()
    {
        for (var i = 0; i < Capacity; i++)
        {
            Assert.True(await _files.TryAcceptAsync(Test));
        }
    }
}

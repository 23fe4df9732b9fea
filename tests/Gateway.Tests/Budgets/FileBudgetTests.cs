using Gateway.Tests.Wire;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Budgets.Files;
using SseGateway.Streams;
using Xunit;

namespace Gateway.Tests.Budgets;

public sealed class FileBudgetTests
{
    private const int Capacity = 80;
    private const int ForStreams = 70;

    private readonly FakeTimeProvider _time = new();
    private readonly FileBudget _files;

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
            Assert.True(await _files.TryAcceptAsync());
        }

        Assert.True(_files.Scarce);
        Assert.False(_files.TryOpen(StreamMode.Relay));
        Assert.True(await _files.TryAcceptAsync());
    }

    [Fact]
    public async Task Those_that_were_admitted_find_a_file_for_their_upstream_when_clients_have_taken_all()
    {
        for (var i = 0; i < Capacity; i++)
        {
            Assert.True(await _files.TryAcceptAsync());
        }

        Assert.True(_files.TryConnect());
    }

    [Fact]
    public async Task A_connection_waits_for_another_one_to_be_closed()
    {
        await FillAsync();
        var waiting = _files.TryAcceptAsync();
        Assert.False(waiting.IsCompleted);

        _files.CloseClient();
        Assert.True(await Deadline.ForAsync(waiting.AsTask()));
        Assert.Equal(0, _files.TurnedAway);
    }

    [Fact]
    public async Task It_waits_no_longer_than_a_moment_and_those_after_it_not_at_all_until_one_is_closed()
    {
        await FillAsync();
        var waiting = _files.TryAcceptAsync().AsTask();
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(await Deadline.ForAsync(waiting));

        var next = _files.TryAcceptAsync();
        Assert.True(next.IsCompleted);
        Assert.False(await next);
        Assert.Equal(2, _files.TurnedAway);

        _files.CloseClient();
        Assert.True(await _files.TryAcceptAsync());
    }

    private async Task FillAsync()
    {
        for (var i = 0; i < Capacity; i++)
        {
            Assert.True(await _files.TryAcceptAsync());
        }
    }
}

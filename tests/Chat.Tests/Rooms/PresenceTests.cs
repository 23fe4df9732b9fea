using ChatBackend.Rooms;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Chat.Tests.Rooms;

public sealed class PresenceTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly FakeTimeProvider _time = new();
    private readonly Presence _presence;

    public PresenceTests() => _presence = new Presence(_time, Grace);

    [Fact]
    public void Person_with_several_streams_joins_once_and_leaves_with_the_last()
    {
        _presence.Join("ada");
        _presence.Join("ada");
        Assert.Equal(["ada"], _presence.TakeChange().Joined);

        _presence.Leave("ada");
        Advance(Grace * 2);
        Assert.False(_presence.HasChanged);

        _presence.Leave("ada");
        Advance(Grace);
        Assert.Equal(["ada"], _presence.TakeChange().Left);
        Assert.Equal(0, _presence.Count);
    }

    [Fact]
    public void Reconnect_within_the_grace_is_neither_leave_nor_join()
    {
        _presence.Join("ada");
        _presence.TakeChange();

        _presence.Leave("ada");
        Advance(Grace - TimeSpan.FromSeconds(1));
        _presence.Join("ada");
        Advance(Grace * 2);

        Assert.False(_presence.HasChanged);
        Assert.Equal(["ada"], _presence.Snapshot().Here);
    }

    [Fact]
    public void Coming_and_going_between_two_events_is_no_news()
    {
        _presence.Join("ada");
        _presence.Leave("ada");
        Advance(Grace);

        Assert.False(_presence.HasChanged);

        _presence.Join("bob");
        _presence.TakeChange();
        _presence.Leave("bob");
        Advance(Grace);
        _presence.Join("bob");

        Assert.False(_presence.HasChanged);
    }

    [Fact]
    public void List_is_bounded_and_the_count_is_not()
    {
        for (var i = 0; i < Presence.ListedPeople + 50; i++)
            _presence.Join($"person {i}");

        var change = _presence.Snapshot();

        Assert.Equal(Presence.ListedPeople, change.Here.Count);
        Assert.Equal(Presence.ListedPeople + 50, change.Count);
    }

    private void Advance(TimeSpan by)
    {
        _time.Advance(by);
        _presence.Sweep();
    }
}

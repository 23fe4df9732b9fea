using ChatBackend.Rooms;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Chat.Tests.Rooms;

public sealed class PresenceTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(90);

    private readonly FakeTimeProvider _time = new();
    private readonly Presence _presence;

    public PresenceTests() => _presence = new Presence(_time, Grace, Lease);

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

    [Fact]
    public void Page_counts_until_it_says_that_it_leaves()
    {
        _presence.Say(new("ada", "one"));
        _presence.Say(new("ada", "two"));
        Assert.Equal(["ada"], _presence.TakeChange().Joined);

        _presence.Leave(new PersonPage("ada", "one"));
        Advance(Grace);
        Assert.False(_presence.HasChanged);

        _presence.Leave(new PersonPage("ada", "two"));
        Advance(Grace);
        Assert.Equal(["ada"], _presence.TakeChange().Left);
    }

    [Fact]
    public void Page_that_says_nothing_for_its_lease_is_gone_after_the_grace()
    {
        _presence.Say(new("ada", "one"));
        Advance(Lease - TimeSpan.FromSeconds(1));
        _presence.Say(new("ada", "one"));
        Advance(Lease - TimeSpan.FromSeconds(1));
        Assert.Equal(1, _presence.Count);

        Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, _presence.Count);
        Advance(Grace);

        Assert.Equal(0, _presence.Count);
    }

    [Fact]
    public void Person_with_a_stream_and_a_page_is_here_while_either_is()
    {
        _presence.Join("ada");
        _presence.Say(new("ada", "one"));

        _presence.Leave("ada");
        Advance(Grace);
        Assert.Equal(1, _presence.Count);

        _presence.Join("ada");
        _presence.Leave(new PersonPage("ada", "one"));
        Advance(Grace);
        Assert.Equal(1, _presence.Count);
    }

    [Fact]
    public void Nobody_can_take_leave_for_somebody_else()
    {
        _presence.Say(new("ada", "one"));
        _presence.Say(new("bob", "two"));

        _presence.Leave(new PersonPage("bob", "one"));
        Advance(Grace);

        Assert.Equal(["ada", "bob"], _presence.Snapshot().Here);
    }

    [Fact]
    public void Pages_of_a_person_are_bounded_and_the_one_silent_longest_goes()
    {
        for (var i = 0; i <= PageLeases.Most; i++)
            _presence.Say(new("ada", $"page {i}"));

        for (var i = 1; i <= PageLeases.Most; i++)
            _presence.Leave(new PersonPage("ada", $"page {i}"));
        Advance(Grace);

        Assert.Equal(0, _presence.Count);
    }

    private void Advance(TimeSpan by)
    {
        _time.Advance(by);
        _presence.Sweep();
    }
}

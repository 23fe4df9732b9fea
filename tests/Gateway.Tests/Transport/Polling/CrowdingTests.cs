using Microsoft.Extensions.Time.Testing;
using SseGateway.Transport.Polling;
using Xunit;

namespace Gateway.Tests.Transport.Polling;

public sealed class CrowdingTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void What_comes_one_by_one_is_never_waited_with()
    {
        var crowding = new Crowding(_time);
        for (var i = 0; i < 100; i++)
        {
            Assert.False(crowding.Note(1));
            _time.Advance(Crowding.Round / 4);
        }
    }

    [Fact]
    public void A_crowd_is_fetched_in_rounds_until_it_is_over_and_the_first_after_it_at_once()
    {
        var crowding = new Crowding(_time);
        for (var i = 0; i < 20; i++)
        {
            Assert.False(crowding.Note(1));
        }

        for (var i = 0; i < 3; i++)
        {
            _time.Advance(Crowding.Round);
            Assert.True(crowding.Note(20));
        }

        _time.Advance(Crowding.Round * 100);
        Assert.False(crowding.Note(1));
        Assert.False(crowding.Note(1));
    }

    [Fact]
    public void A_burst_after_a_rest_is_not_waited_with_before_a_round_is_over()
    {
        var crowding = new Crowding(_time);
        _time.Advance(Crowding.Round * 100);
        Assert.False(crowding.Note(1));
        Assert.False(crowding.Note(50));
        _time.Advance(Crowding.Round);
        Assert.True(crowding.Note(0));
    }
}

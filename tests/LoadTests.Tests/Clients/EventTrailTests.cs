using LoadTests.Clients;
using LoadTests.Measures;
using Xunit;

namespace LoadTests.Tests.Clients;

public sealed class EventTrailTests
{
    private readonly Measured _measured = new();
    private readonly EventTrail _trail;

    public EventTrailTests() => _trail = new EventTrail(_measured);

    [Fact]
    public void What_is_left_out_is_lost()
    {
        Take(7, 8, 11);

        Assert.Equal(2, _measured.Read().Lost);
        Assert.Equal(3, _measured.Read().Events);
    }

    [Fact]
    public void What_comes_again_or_too_late_is_repeated()
    {
        Take(7, 8, 8, 7, 9);

        Assert.Equal((2, 0), (_measured.Read().Repeated, _measured.Read().Lost));
    }

    [Fact]
    public void What_a_notice_tells_of_is_not_lost_in_silence()
    {
        Take(7);
        _trail.Gap();
        Take(20, 22);

        Assert.Equal((1, 1), (_measured.Read().Gaps, _measured.Read().Lost));
    }

    [Fact]
    public void What_has_not_come_at_the_end_is_missing()
    {
        Assert.Equal(1, _trail.Missing(5));
        Take(3);
        Assert.Equal(2, _trail.Missing(5));
        Take(4, 5);
        Assert.Equal(0, _trail.Missing(5));
    }

    private void Take(params long[] numbers)
    {
        foreach (var number in numbers)
        {
            var data = new byte[StampedData.LeastBytes];
            StampedData.Write(data, number);
            _trail.Take(data);
        }
    }
}

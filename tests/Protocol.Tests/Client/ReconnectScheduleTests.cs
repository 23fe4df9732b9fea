using SseGateway.Protocol;
using Xunit;

namespace Protocol.Tests.Client;

public class ReconnectScheduleTests
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    [Fact]
    public void Failures_in_a_row_wait_up_to_twice_as_long_each_time_until_the_maximum()
    {
        var schedule = new ReconnectSchedule(new EventSourceOptions { ReconnectJitter = 0, MaxReconnectDelay = TimeSpan.FromSeconds(30) });
        foreach (var (least, most) in ((double, double)[])[(1, 1), (1.5, 2), (2.5, 4), (4.5, 8), (8.5, 16), (15.5, 30), (15.5, 30)])
            Assert.InRange(schedule.AfterFailure(Retry, null).TotalSeconds, least, most);
        Assert.Equal(Retry, schedule.AfterStream(Retry, TimeSpan.Zero));
        Assert.Equal(Retry, schedule.AfterFailure(Retry, null));
    }

    [Fact]
    public void No_wait_is_shorter_than_the_retry_time_the_minimum_or_what_the_answer_asks_for()
    {
        var options = new EventSourceOptions { MinReconnectDelay = TimeSpan.FromSeconds(2), MaxReconnectDelay = TimeSpan.FromSeconds(5), ReconnectJitter = 1 };
        for (var i = 0; i < 200; i++)
        {
            var schedule = new ReconnectSchedule(options);
            Assert.InRange(schedule.AfterStream(Retry, TimeSpan.Zero).TotalSeconds, 2, 4);
            Assert.InRange(schedule.AfterFailure(TimeSpan.FromSeconds(50), null).TotalSeconds, 50, 100);
            Assert.InRange(schedule.AfterFailure(TimeSpan.Zero, TimeSpan.FromSeconds(70)).TotalSeconds, 70, 140);
            Assert.InRange(schedule.AfterFailure(TimeSpan.Zero, TimeSpan.FromSeconds(-70)).TotalSeconds, 2, 10);
        }
    }

    [Fact]
    public void The_floor_grows_while_streams_end_at_once_and_comes_back_with_one_that_lives()
    {
        var schedule = new ReconnectSchedule(new EventSourceOptions { ReconnectJitter = 0 });
        double After(double lived) => schedule.AfterStream(TimeSpan.Zero, TimeSpan.FromSeconds(lived)).TotalMilliseconds;
        Assert.Equal([100, 200, 400, 800, 1600, 3000, 3000], Enumerable.Range(0, 7).Select(_ => After(4.9)));
        Assert.Equal([100, 100, 200], [After(5), After(0), After(0)]);
        Assert.Equal(Retry, schedule.AfterStream(Retry, TimeSpan.Zero));
    }

    [Fact, Trait("Catalogue", "1.7.6")]
    public void The_longest_retry_time_there_is_can_be_waited_for()
    {
        var schedule = new ReconnectSchedule(new EventSourceOptions { ReconnectJitter = 1 });
        var longest = TimeSpan.FromMilliseconds(int.MaxValue);
        Assert.Equal(longest, schedule.AfterStream(longest, TimeSpan.Zero));
        Assert.Equal(longest, schedule.AfterFailure(longest, TimeSpan.MaxValue));
    }
}

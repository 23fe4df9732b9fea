using System.Text;
using SseGateway.Streams.Deadlines;
using Xunit;

namespace Gateway.Tests.Streams.Deadlines;

/// <summary>What is taken for the rhythm of an upstream that pings, and what is not.</summary>
public sealed class RhythmTests
{
    /// <summary>Gaps in seconds, each followed by what comes after it.</summary>
    [Theory]
    [InlineData("5: 5: 5: 5: 5:", 17.5)]
    [InlineData("0: 5: 6: 5: 6:", 21.0)]
    [InlineData("0: 1: 1: 1: 1:", 10.0)]
    [InlineData("0: 5: 5: 5:", null)]
    [InlineData("0: 5: 5: 5: 7:", null)]
    [InlineData("0: 5: 5: 5: 5: 9:", null)]
    [InlineData("0: 5: 5: 5: 5: 9: 5: 5: 5: 5:", 17.5)]
    [InlineData("0: 0.2: 0.2: 0.2: 0.2:", null)]
    [InlineData("0: 5: 5: 0: 5:", null)]
    [InlineData("0d 5d 5d 5d 5d 5d", null)]
    [InlineData("0: 5d 5: 5d 5: 5d 5: 5d 5:", null)]
    [InlineData("0: 5: 5: 1d 5: 5: 2d 5: 5:", 17.5)]
    [InlineData("0: 5: 5: 5: 5: 1d", 17.5)]
    public void Only_comments_at_the_same_distance_are_a_rhythm(string script, double? limit)
    {
        var (rhythm, now) = (new Rhythm(), TimeSpan.Zero);
        foreach (var step in script.Split(' '))
        {
            now += TimeSpan.FromSeconds(double.Parse(step[..^1], System.Globalization.CultureInfo.InvariantCulture));
            rhythm.Note(step[^1] == ':' ? ": ping\n\n"u8 : "data: a\n\n"u8, now);
        }

        Assert.Equal(limit is { } seconds ? TimeSpan.FromSeconds(seconds) : TimeSpan.MaxValue, rhythm.Limit(3));
        Assert.Equal(TimeSpan.MaxValue, rhythm.Limit(0));
    }

    [Theory]
    [InlineData(":\n", true)]
    [InlineData(": ping\r\n\r\n", true)]
    [InlineData("\n: a\n: b\n", true)]
    [InlineData(":\r", true)]
    [InlineData(": ping", false)]
    [InlineData("\n\n", false)]
    [InlineData(": a\ndata: b\n\n", false)]
    [InlineData("event: ping\n\n", false)]
    [InlineData(": a\nretry: 1\n", false)]
    public void A_ping_is_whole_comment_lines_and_nothing_else(string bytes, bool isPing)
    {
        var rhythm = new Rhythm();
        for (var second = 0; second < 25; second += 5)
        {
            rhythm.Note(Encoding.ASCII.GetBytes(bytes), TimeSpan.FromSeconds(second));
        }

        Assert.Equal(isPing, rhythm.Beat > TimeSpan.Zero);
    }
}

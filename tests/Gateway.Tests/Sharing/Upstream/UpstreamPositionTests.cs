using Microsoft.Extensions.Time.Testing;
using SseGateway.Configuration.Settings.Sharing;
using Xunit;

namespace Gateway.Tests.Sharing.Upstream;

/// <summary>What the gateway makes of an upstream's first frames after it has dialled it again (see <see cref="PositionUnderTest"/> for the
/// notation).</summary>
public sealed class UpstreamPositionTests
{
    private readonly FakeTimeProvider _time = new();

    [Theory]
    // It honours Last-Event-ID, exactly or with some overlap.
    [InlineData("1 2 3", "4 5", "NN")]
    [InlineData("1 2 3", "3 4", "ON")]
    [InlineData("1 2 3", "2 3 4", "OON")]
    [InlineData("1 2 3", "1 2 3 4 5", "OOONN")]
    [InlineData("1", "2", "N")]
    [InlineData("1", "1 2", "ON")]
    [InlineData("9 10", "11", "N")]
    [InlineData("008 009", "010", "N")]
    [InlineData("a-1 a-2", "a-3", "N")]
    [InlineData("room:7/1 room:7/2", "room:7/2 room:7/3", "ON")]
    [InlineData("x q z", "q z k", "OON")]
    // It does not: counting went on meanwhile.
    [InlineData("1 2 3", "6 7", "GN")]
    [InlineData("1 2 3", "5", "G")]
    [InlineData("1", "3", "G")]
    [InlineData("a-1 a-2", "a-9 a-10", "GN")]
    // It does not: it counts from one again, with other events, or with the same first one.
    [InlineData("1 2 3", "1! 2! 3! 4 5", "GNNNN")]
    [InlineData("1 2 3", "1 2! 3!", "OGN")]
    [InlineData("1 2 3", "1 2 3!", "OOG")]
    [InlineData("1", "1!", "G")]
    [InlineData("5 6 7", "1 2", "GN")]
    // It sends the last ones to everybody, and more were missed than it sends.
    [InlineData("1 2 3", "2 5", "OG")]
    [InlineData("1 2 3", "8 9 10", "GNN")]
    [InlineData("x q z", "q k", "OG")]
    // It counts by the run: another run is another count.
    [InlineData("a-1 a-2", "b-1 b-2", "GN")]
    [InlineData("a-1", "b-1", "G")]
    [InlineData("e1-7 e1-8", "e2-9", "G")]
    // It has no ids.
    [InlineData("-a -b", "-c -d", "GN")]
    [InlineData("-a", "-a", "G")]
    [InlineData("1 2 #", "3", "G")]
    // Its ids tell nothing: it is believed.
    [InlineData("x q z", "k", "N")]
    [InlineData("x", "q", "N")]
    [InlineData("10 20 30", "40 50", "NN")]
    [InlineData("1700-0 1701-0 1701-1 1702-0", "1755-0", "N")]
    // Such ids still do not go back.
    [InlineData("10 20 30", "10! 20!", "GN")]
    [InlineData("10 20 30", "5", "G")]
    // What has no id says nothing about what has: a greeting of each connection. The same one is not needed twice.
    [InlineData("-hello 1 2", "-hallo 3", "NN")]
    [InlineData("-hello 1 2", "-hello 3", "ON")]
    [InlineData("-hello 1 2", "-hello 5", "OG")]
    [InlineData("-hello 1 2", "-hello 2 3", "OON")]
    // What has no id is replayed with what has.
    [InlineData("1 2 -x", "-x 3", "ON")]
    [InlineData("1 2 -x -y", "-x -y -z 3", "OONN")]
    [InlineData("-x 1 -y 2 -z", "-x 1 -y 2 -z -w 3", "OOOOONN")]
    [InlineData("1 -x 2", "-x 2 3", "OON")]
    [InlineData("1 -x", "1 -x 2", "OON")]
    [InlineData("1 -x", "1 -y -x 2", "ONNN")]
    [InlineData("-x 1 -x 2", "1 -x 2 -x", "OOON")]
    // The same thing again and again is no replay: there is no telling which one it is.
    [InlineData("1 -tick -tick -tick", "-tick -tick 2", "NNN")]
    [InlineData("1 -x", "-x -x 2", "ONN")]
    [InlineData("1 -x -y", "-y -x 2", "ONN")]
    // A frame that only moves the id counts like an event.
    [InlineData("1 #2", "3", "N")]
    [InlineData("1 #2", "#2 3", "ON")]
    [InlineData("1 #2", "4", "G")]
    // Nothing was missed by anybody before the first frame.
    [InlineData("", "7 8", "NN")]
    public void Next_frames_tell_whether_the_upstream_could_resume(string before, string after, string verdicts)
    {
        var position = Create();
        Assert.DoesNotContain('G', position.Dial(before));
        Assert.Equal(verdicts, position.Dial(after));
    }

    [Theory]
    [InlineData("1 2 3", "exact", "9", "N")]
    [InlineData("x q", "exact", "q k", "ON")]
    [InlineData("1 2 3", "gap", "4 5", "GN")]
    [InlineData("x q", "gap", "k", "G")]
    [InlineData("x q", "live", "k", "G")]
    [InlineData("x q", "EXACT", "k", "N")]
    public void Upstream_that_says_it_itself_is_believed(string before, string resume, string after, string verdicts)
    {
        var position = Create();
        position.Dial(before);
        Assert.Equal(verdicts, position.Dial(after, resume));
    }

    [Theory]
    [InlineData("1 2 3|6 7|9 10", "NNN|GN|GN")]
    [InlineData("1 2 3|6 7|8 9", "NNN|GN|NN")]
    [InlineData("1 2 3|1! 2! 3!|1! 2! 3! 4", "NNN|GNN|OOON")]
    [InlineData("1 2 3||4", "NNN||N")]
    [InlineData("1 2 3||7", "NNN||G")]
    [InlineData("1 2 3|3|3|4", "NNN|O|O|N")]
    [InlineData("1 2 3|2|5", "NNN|O|G")]
    [InlineData("-a|-b|-c", "N|G|G")]
    [InlineData("1|5|6", "N|G|N")]
    [InlineData("1|5|9", "N|G|G")]
    [InlineData("a-1 a-2|b-1 b-2|c-1", "NN|GN|G")]
    public void Each_loss_is_judged_by_itself(string connections, string verdicts)
    {
        var position = Create();
        Assert.Equal(verdicts, string.Join('|', connections.Split('|').Select(frames => position.Dial(frames))));
    }

    /// <summary>The last event is known for as long as the upstream may say it again, which has nothing to do with how long it can be replayed.</summary>
    [Theory]
    [InlineData("3 4", "ON")]
    [InlineData("3! 4", "GN")]
    public void Last_event_is_known_when_the_log_has_forgotten_it(string after, string verdicts)
    {
        var position = Create(new SharingSettings { LogAge = TimeSpan.FromMinutes(1) });
        position.Dial("1 2 3");
        _time.Advance(TimeSpan.FromMinutes(2));
        position.Dial("-x");
        Assert.Equal(verdicts, position.Dial(after));
    }

    [Theory]
    [InlineData("1 2 3", "3")]
    [InlineData("1 -x", "1")]
    [InlineData("1 #2", "2")]
    [InlineData("1 #", null)]
    [InlineData("-x", null)]
    [InlineData("", null)]
    public void Upstream_is_asked_to_go_on_after_its_last_id(string frames, string? lastEventId)
    {
        var position = Create();
        position.Dial(frames);
        Assert.Equal(lastEventId, position.LastEventId);
    }

    [Fact]
    public void Id_is_given_back_byte_for_byte()
    {
        var position = Create();
        position.Dial("é");
        Assert.Equal("Ã©", position.LastEventId);
    }

    private PositionUnderTest Create(SharingSettings? settings = null) => new(settings ?? new SharingSettings(), _time);
}

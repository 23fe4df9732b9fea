using System.Text;
using SseGateway.Sharing.Upstream;
using Xunit;

namespace Gateway.Tests.Sharing.Upstream;

public sealed class IdSequenceTests
{
    [Theory]
    [InlineData("1", "2", true, false)]
    [InlineData("9", "10", true, false)]
    [InlineData("0009", "0010", true, false)]
    [InlineData("0", "1", true, false)]
    [InlineData("a-9", "a-10", true, false)]
    [InlineData("room/7:41", "room/7:42", true, false)]
    [InlineData("1732540000000-0", "1732540000000-1", true, false)]
    [InlineData("999999999999999998", "999999999999999999", true, false)]
    [InlineData("1", "3", false, false)]
    [InlineData("1", "1", false, true)]
    [InlineData("2", "1", false, true)]
    [InlineData("a-2", "a-1", false, true)]
    [InlineData("a-1", "b-2", false, false)]
    [InlineData("a-2", "b-1", false, false)]
    [InlineData("a", "b", false, false)]
    [InlineData("a", "a", false, false)]
    [InlineData("a", "1", false, false)]
    [InlineData("1a", "2a", false, false)]
    [InlineData("1", "", false, false)]
    [InlineData("", "1", false, false)]
    [InlineData("999999999999999999", "1000000000000000000", false, false)]
    public void Ids_count_by_the_number_at_their_end(string id, string next, bool follows, bool behind)
    {
        var (first, second) = (Encoding.UTF8.GetBytes(id), Encoding.UTF8.GetBytes(next));
        Assert.Equal((follows, behind), (IdSequence.Follows(first, second), IdSequence.IsBehind(first, second)));
    }
}

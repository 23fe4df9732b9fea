using SseGateway.Sharing.Log;
using Xunit;

namespace Gateway.Tests.Sharing.Log;

public sealed class FrameHashTests
{
    [Fact]
    public void Only_no_id_is_zero()
    {
        Assert.Equal(0UL, FrameHash.OfId([]));
        Assert.All(Enumerable.Range(0, 256), value => Assert.NotEqual(0UL, FrameHash.OfId([(byte)value])));
    }

    /// <summary>After a CR at its end a frame is given at once; whether an LF follows depends on where the network cut.</summary>
    [Fact]
    public void Content_does_not_depend_on_the_line_ends_at_the_end()
    {
        var content = FrameHash.OfContent("data: a\n\n"u8);
        Assert.Equal(content, FrameHash.OfContent("data: a\r\r\n"u8));
        Assert.NotEqual(content, FrameHash.OfContent("data: b\n\n"u8));
        Assert.NotEqual(content, FrameHash.OfContent("\ndata: a\n\n"u8));
    }
}

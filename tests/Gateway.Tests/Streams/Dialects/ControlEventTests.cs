using System.Text;
using SseGateway.Streams.Dialects;
using Xunit;

namespace Gateway.Tests.Streams.Dialects;

/// <summary>A Durable Streams read may end after a <c>control</c> event and not after the data before it. Every way to cut the bytes once is tried.</summary>
public sealed class ControlEventTests
{
    [Theory]
    [InlineData("", false)]
    [InlineData("event: data\ndata: a\n\n", true)]
    [InlineData("event: data\ndata: a\n\nevent: control\ndata: {}\n\n", false)]
    [InlineData("event:data\ndata:a\n\nevent:control\ndata:{}\n\n", false)]
    [InlineData("event: data\r\ndata: a\r\n\r\nevent: control\r\ndata: {}\r\n\r\n", false)]
    [InlineData("event: data\rdata: a\r\revent: control\rdata: {}\r\r", false)]
    [InlineData("event: control\ndata: {}\n\nevent: data\ndata: a\n\n", true)]
    [InlineData("event: control\ndata: {}\n\n: ping\n\n", false)]
    [InlineData("event: control\ndata: {}\n\n\n\n", false)]
    [InlineData("data: {}\nevent: control\n\n", false)]
    [InlineData("event:  control\ndata: {}\n\n", true)]
    [InlineData("event: controls\ndata: {}\n\n", true)]
    [InlineData("event: contro\ndata: l\n\n", true)]
    [InlineData("data: event: control\n\n", true)]
    public void Control_is_missing_after_data_alone(string stream, bool missing)
    {
        var wire = Encoding.UTF8.GetBytes(stream);
        for (var cut = 0; cut <= wire.Length; cut++)
        {
            var control = default(ControlEvent);
            control.Look(wire.AsSpan(0, cut));
            control.Look(wire.AsSpan(cut));
            Assert.Equal(missing, control.IsMissing);
        }
    }
}

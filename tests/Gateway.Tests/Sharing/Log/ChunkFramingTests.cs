using System.Text;
using SseGateway.Sharing.Log.Storage;
using Xunit;

namespace Gateway.Tests.Sharing.Log;

public sealed class ChunkFramingTests
{
    [Theory]
    [InlineData(1, "1\r\n")]
    [InlineData(15, "f\r\n")]
    [InlineData(16, "10\r\n")]
    [InlineData(0xabcdef, "abcdef\r\n")]
    [InlineData(int.MaxValue, "7fffffff\r\n")]
    public void A_head_is_the_length_in_hexadecimal(int length, string head)
    {
        var target = new byte[ChunkFraming.MaxOverhead];
        var written = ChunkFraming.WriteHead(target, length);
        Assert.Equal(head, Encoding.ASCII.GetString(target, 0, written));
        Assert.True(written + 2 <= ChunkFraming.MaxOverhead);
    }

    [Fact]
    public void Frames_come_out_as_they_went_in()
    {
        var random = new Random(1);
        var frames = Enumerable.Range(1, 300).Concat([4095, 4096, 4097, 65535, 65536]).Select(length =>
        {
            var frame = new byte[length];
            random.NextBytes(frame);
            return frame;
        }).ToArray();
        var records = new MemoryStream();
        var head = new byte[ChunkFraming.MaxOverhead];
        foreach (var frame in frames)
        {
            records.Write(head, 0, ChunkFraming.WriteHead(head, frame.Length));
            records.Write(frame);
            records.Write("\r\n"u8);
        }

        var rest = (ReadOnlySpan<byte>)records.ToArray();
        foreach (var frame in frames)
        {
            Assert.True(ChunkFraming.Next(ref rest).SequenceEqual(frame));
        }

        Assert.True(rest.IsEmpty);
    }
}

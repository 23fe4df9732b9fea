using System.Buffers;
using System.Text;
using SseGateway.Protocol;
using Xunit;

namespace Protocol.Tests.Frames;

public class FrameWriterTests
{
    [Theory]
    [InlineData("hello", "data: hello\n\n")]
    [InlineData(" hello", "data:  hello\n\n")]
    [InlineData("", "data:\n\n")]
    [InlineData("\n", "data:\ndata:\n\n")]
    [InlineData("a\n", "data: a\ndata:\n\n")]
    [InlineData("a\rb\nc\r\nd", "data: a\ndata: b\ndata: c\ndata: d\n\n")]
    [InlineData("a\n\rb", "data: a\ndata:\ndata: b\n\n")]
    [InlineData("\uFEFFx\u2028y\u0085z", "data: \uFEFFx\u2028y\u0085z\n\n")]
    public void Data_is_split_at_every_kind_of_line_end_and_nowhere_else(string data, string expected)
    {
        Assert.Equal(expected, Write(output => FrameWriter.WriteEvent(output, data)));
        Assert.Equal(expected, Write(output => FrameWriter.WriteEvent(output, Encoding.UTF8.GetBytes(data))));
    }

    [Fact]
    public void A_retry_may_be_zero()
    {
        Assert.Equal("retry: 0\ndata: x\n\n", Write(output => FrameWriter.WriteEvent(output, "x", retryMilliseconds: 0)));
        Assert.Equal("retry: 0\n\n", Write(output => FrameWriter.WriteRetry(output, 0)));
    }

    [Fact]
    public void Fields_stand_before_the_data()
    {
        const string expected = "event: add\nid: 7\nretry: 1500\ndata: x\n\n";
        Assert.Equal(expected, Write(output => FrameWriter.WriteEvent(output, "x", "add", "7", 1500)));
        Assert.Equal(expected, Write(output => FrameWriter.WriteEvent(output, "x"u8, "add"u8, "7"u8, 1500)));
    }

    [Fact]
    public void A_missing_id_writes_no_line_and_an_empty_one_resets_the_id()
    {
        Assert.Equal("data: x\n\n", Write(output => FrameWriter.WriteEvent(output, "x", id: (string?)null)));
        Assert.Equal("id:\ndata: x\n\n", Write(output => FrameWriter.WriteEvent(output, "x", id: "")));
        Assert.Equal("data: x\n\n", Write(output => FrameWriter.WriteEvent(output, "x"u8, id: default)));
        Assert.Equal("id:\ndata: x\n\n", Write(output => FrameWriter.WriteEvent(output, "x"u8, id: ""u8)));
    }

    [Theory, Trait("Catalogue", "11.1.1")]
    [InlineData("1\ndata: evil\n\nid: 2")]
    [InlineData("1\rdata: evil")]
    [InlineData("1\r\ndata: evil")]
    [InlineData("a\0b")]
    public void A_line_end_or_NUL_in_an_id_is_refused_before_a_byte_is_written(string id)
    {
        var output = new ArrayBufferWriter<byte>();
        Assert.Throws<ArgumentException>(nameof(id), () => FrameWriter.WriteEvent(output, "x", id: id));
        Assert.Throws<ArgumentException>(nameof(id), () => FrameWriter.WriteEvent(output, "x"u8, id: Encoding.UTF8.GetBytes(id)));
        Assert.False(FrameWriter.TryWriteEvent(output, "x", id: id));
        Assert.False(FrameWriter.TryWriteEvent(output, "x"u8, id: Encoding.UTF8.GetBytes(id)));
        Assert.Equal(0, output.WrittenCount);
    }

    [Theory, Trait("Catalogue", "11.1.2")]
    [InlineData("x\ndata: evil")]
    [InlineData("x\rdata: evil")]
    public void A_line_end_in_a_type_is_refused_before_a_byte_is_written(string type)
    {
        var output = new ArrayBufferWriter<byte>();
        Assert.Throws<ArgumentException>(nameof(type), () => FrameWriter.WriteEvent(output, "x", type));
        Assert.Throws<ArgumentException>(nameof(type), () => FrameWriter.WriteEvent(output, "x"u8, Encoding.UTF8.GetBytes(type)));
        Assert.False(FrameWriter.TryWriteEvent(output, "x", type));
        Assert.False(FrameWriter.TryWriteEvent(output, "x"u8, Encoding.UTF8.GetBytes(type)));
        Assert.Equal(0, output.WrittenCount);
    }

    [Theory, Trait("Catalogue", "11.1.4")]
    [InlineData("", ":\n\n")]
    [InlineData("ping", ": ping\n\n")]
    [InlineData("x\n\ndata: evil", ": x\n:\n: data: evil\n\n")]
    [InlineData("x\rdata: evil\r\nid: 1", ": x\n: data: evil\n: id: 1\n\n")]
    public void Every_line_of_a_comment_is_a_comment(string text, string expected)
    {
        Assert.Equal(expected, Write(output => FrameWriter.WriteComment(output, text)));
        Assert.Equal(expected, Write(output => FrameWriter.WriteComment(output, Encoding.UTF8.GetBytes(text))));
    }

    [Fact, Trait("Catalogue", "11.1.5")]
    public void A_negative_retry_is_refused_before_a_byte_is_written()
    {
        var output = new ArrayBufferWriter<byte>();
        Assert.Throws<ArgumentOutOfRangeException>("retryMilliseconds", () => FrameWriter.WriteEvent(output, "x", retryMilliseconds: -1));
        Assert.Throws<ArgumentOutOfRangeException>("retryMilliseconds", () => FrameWriter.WriteEvent(output, "x"u8, retryMilliseconds: -1));
        Assert.Throws<ArgumentOutOfRangeException>("milliseconds", () => FrameWriter.WriteRetry(output, -1));
        Assert.False(FrameWriter.TryWriteEvent(output, "x", retryMilliseconds: -1));
        Assert.Equal(0, output.WrittenCount);
        FrameWriter.WriteRetry(output, int.MaxValue);
        Assert.Equal("retry: 2147483647\n\n", Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public void A_surrogate_without_its_partner_becomes_a_replacement_character()
    {
        // Not as theory rows: attributes are stored as UTF-8 and lose lone surrogates.
        Assert.Equal("data: a\uFFFDb\n\n", Write(output => FrameWriter.WriteEvent(output, "a\uD83Db")));
        Assert.Equal("data: a\uFFFD\n\n", Write(output => FrameWriter.WriteEvent(output, "a\uDE00")));
        Assert.Equal("event: \uFFFD\nid: \uFFFD\ndata: a\uFFFD\ndata: \uFFFDb\n\n",
            Write(output => FrameWriter.WriteEvent(output, "a\uD83D\n\uDE00b", "\uD83D", "\uDE00")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    public void Long_and_many_lines_come_out_the_same_whatever_spans_the_writer_gives(int extra)
    {
        var random = new Random(1);
        for (var round = 0; round < 60; round++)
        {
            var text = new StringBuilder();
            var lines = random.Next(1, 40);
            for (var i = 0; i < lines; i++)
                text.Append(i == 0 ? "" : random.Next(3) switch { 0 => "\n", 1 => "\r", _ => "\r\n" }).Append(RandomText.Line(random, random.Next(800)));
            var data = text.ToString();
            var expected = string.Concat(data.ReplaceLineEndings("\n").Split('\n').Select(line => line.Length == 0 ? "data:\n" : $"data: {line}\n")) + "\n";
            // "\u2028" and the like are line ends for ReplaceLineEndings but not for the format: RandomText.Line has none of them.
            var fromBytes = new MeasuredWriter(extra);
            FrameWriter.WriteEvent(fromBytes, Encoding.UTF8.GetBytes(data));
            Assert.Equal(expected, fromBytes.Text);
            var fromChars = new MeasuredWriter(extra);
            FrameWriter.WriteEvent(fromChars, data);
            Assert.Equal(expected, fromChars.Text);
            Assert.InRange(Math.Max(fromBytes.LargestRequest, fromChars.LargestRequest), 1, 4096);
        }
    }

    [Theory]
    [InlineData("x")]
    [InlineData("caf\u00e9 \ud83d\ude00 line one")]
    public void A_short_event_takes_one_span_of_the_writer(string data)
    {
        var output = new MeasuredWriter(0);
        FrameWriter.WriteEvent(output, Encoding.UTF8.GetBytes(data), "message"u8, "12345"u8, 3000);
        Assert.Equal(1, output.Requests);
    }

    [Fact]
    public void Writing_allocates_nothing()
    {
        var output = new ArrayBufferWriter<byte>(1 << 16);
        var text = new string('x', 90) + "\r\n\u00e9\ud83d\ude00\ud83d";
        var bytes = Encoding.UTF8.GetBytes(text);
        void Round()
        {
            output.ResetWrittenCount();
            FrameWriter.WriteEvent(output, bytes, "message"u8, "12345"u8, 3000);
            FrameWriter.WriteEvent(output, text, "message", "12345", 3000);
            FrameWriter.WriteComment(output, bytes);
            FrameWriter.TryWriteEvent(output, "x"u8, "a\n"u8);
        }
        for (var i = 0; i < 1000; i++)
            Round();
        // The least of three: beside other tests one had 7 KB in 100,000 rounds, which is no writer's.
        var least = long.MaxValue;
        for (var window = 0; window < 3; window++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 30_000; i++)
                Round();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    private static string Write(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}

using System.Buffers;
using System.Text;
using SseGateway.Protocol;
using Xunit;

namespace Protocol.Tests.Frames;

/// <summary>The writer goes through vectors of 16 and 32 units and blocks of them: here everything stands at every place around their ends.</summary>
public class FrameWriterEdgeTests
{
    private const int Longest = 200;

    [Fact]
    public void Data_of_every_length_comes_out_whole()
    {
        for (var length = 0; length <= Longest; length++)
            Check(Plain(length));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r")]
    [InlineData("\r\n")]
    [InlineData("\n\r")]
    [InlineData("\n\n")]
    [InlineData("\r\r\n")]
    [InlineData("\u00e9")]
    [InlineData("\ud83d\ude00")]
    [InlineData("\u00e9\r\n\u010d\u010a")]
    [InlineData("\u0d0a\u0a0d\t\0")]
    public void A_line_end_or_another_character_is_seen_at_every_place_in_data_of_every_length(string special)
    {
        for (var length = 0; length <= Longest; length += length < 70 ? 1 : 13)
        {
            for (var at = 0; at <= length; at++)
                Check(Plain(at) + special + Plain(length - at));
        }
    }

    [Theory]
    [InlineData('\ud83d')]
    [InlineData('\ude00')]
    public void Half_a_pair_of_surrogates_becomes_a_replacement_character_at_every_place(char half)
    {
        for (var at = 0; at <= 70; at++)
        {
            foreach (var rest in (string[])["", "\n", "x", "x\r\ny", Plain(40)])
                CheckChars(Plain(at) + half + rest);
        }
    }

    [Fact]
    public void Random_text_of_line_ends_and_others_comes_out_whole_whatever_spans_the_writer_gives()
    {
        string[] pieces = ["\n", "\r", "\r\n", "a", "bc", "\u00e9", "\u20ac", "\ud83d\ude00", "\ud83d", "a line of more than thirty-two units of text", "\0",
            "\t"];
        for (var seed = 1; seed <= 3000; seed++)
        {
            var random = new Random(seed);
            var kinds = random.Next(1, pieces.Length + 1);
            var text = string.Concat(Enumerable.Range(0, random.Next(200)).Select(_ => pieces[random.Next(kinds)]));
            CheckChars(text, $"seed {seed}", extra: random.Next(3) * random.Next(700));
            CheckBytes(Encoding.UTF8.GetBytes(text), $"seed {seed}", extra: random.Next(3) * random.Next(700));
        }
    }

    [Fact]
    public void Ten_thousand_empty_lines_come_out_as_as_many()
    {
        Check(new string('\n', 10_000));
        Check(new string('\r', 10_000));
        Check(string.Concat(Enumerable.Repeat("\r\n", 10_000)));
        Check(string.Concat(Enumerable.Repeat("x\n", 10_000)));
        Check(string.Concat(Enumerable.Repeat("\u00e9\r\n", 10_000)));
    }

    [Fact]
    public void A_type_and_an_id_of_every_length_come_out_whole_with_any_character_they_may_have()
    {
        foreach (var special in (string[])["", "\t", "\u0001", "\u00e9", "\ud83d\ude00", "\u010d\u010a\u0100"])
        {
            for (var length = 0; length <= Longest; length++)
            {
                var value = Plain(length / 2) + special + Plain(length - length / 2);
                var expected = (value.Length == 0 ? "id:\n" : $"event: {value}\nid: {value}\n") + "data: x\n\n";
                Assert.Equal(expected, Written(output => FrameWriter.WriteEvent(output, "x", value, value)));
                byte[] bytes = [.. Encoding.UTF8.GetBytes(value), 0];
                Assert.Equal(expected, Written(output => FrameWriter.WriteEvent(output, "x"u8, bytes.AsSpan()[..^1], bytes.AsSpan()[..^1])));
            }
        }
    }

    [Fact]
    public void A_type_with_NUL_is_written_and_one_of_many_kilobytes_too()
    {
        Assert.Equal("event: a\0b\ndata: x\n\n", Written(output => FrameWriter.WriteEvent(output, "x", "a\0b")));
        foreach (var length in (int[])[4000, 4096, 10_000])
        {
            var value = Plain(length);
            var expected = $"event: {value}\nid: {value}\nretry: 7\ndata: x\ndata:\n\n";
            Assert.Equal(expected, Written(output => FrameWriter.WriteEvent(output, "x\n", value, value, 7)));
            Assert.Equal(expected, Written(output => FrameWriter.WriteEvent(output, "x\n"u8, Encoding.UTF8.GetBytes(value), Encoding.UTF8.GetBytes(value), 7)));
        }
    }

    [Theory]
    [InlineData('\r', true)]
    [InlineData('\n', true)]
    [InlineData('\0', false)]
    public void What_a_value_must_not_have_is_refused_at_every_place(char character, bool inTypeToo)
    {
        var output = new ArrayBufferWriter<byte>();
        for (var length = 0; length <= 100; length++)
        {
            for (var at = 0; at <= length; at++)
            {
                var value = Plain(at) + character + Plain(length - at);
                var bytes = Encoding.UTF8.GetBytes(value);
                Assert.False(FrameWriter.TryWriteEvent(output, "x", "t", value));
                Assert.False(FrameWriter.TryWriteEvent(output, "x"u8, "t"u8, bytes));
                Assert.False(inTypeToo && FrameWriter.TryWriteEvent(output, "x", value, "1"));
                Assert.False(inTypeToo && FrameWriter.TryWriteEvent(output, "x"u8, bytes, "1"u8));
            }
        }

        Assert.Equal(0, output.WrittenCount);
    }

    [Fact]
    public void A_buffer_writer_that_gives_less_than_asked_for_is_refused_and_nothing_is_written()
    {
        var output = new MeasuredWriter(-1);
        Assert.Throws<InvalidOperationException>(() => FrameWriter.WriteEvent(output, "x"));
        Assert.Throws<InvalidOperationException>(() => FrameWriter.WriteEvent(output, "x"u8));
        Assert.Throws<InvalidOperationException>(() => FrameWriter.WriteComment(output, "x"u8));
        Assert.Throws<InvalidOperationException>(() => FrameWriter.WriteRetry(output, 1));
        Assert.Equal("", output.Text);
    }

    private static string Plain(int length) => string.Create(length, 0, static (span, _) =>
    {
        for (var i = 0; i < span.Length; i++)
            span[i] = (char)('!' + i % 90);
    });

    private static void Check(string data)
    {
        CheckChars(data);
        CheckBytes(Encoding.UTF8.GetBytes(data));
    }

    private static void CheckChars(string data, string? hint = null, int extra = 0)
    {
        Assert.True(Expected(data, "data") == Written(output => FrameWriter.WriteEvent(output, data), extra), hint ?? data);
        Assert.True(Expected(data, "") == Written(output => FrameWriter.WriteComment(output, data), extra), hint ?? data);
    }

    private static void CheckBytes(byte[] data, string? hint = null, int extra = 0)
    {
        var text = Encoding.UTF8.GetString(data);
        Assert.True(Expected(text, "data") == Written(output => FrameWriter.WriteEvent(output, data), extra), hint ?? text);
        Assert.True(Expected(text, "") == Written(output => FrameWriter.WriteComment(output, data), extra), hint ?? text);
    }

    // A surrogate without its partner becomes U+FFFD on the way through UTF-8.
    private static string Expected(string text, string field)
    {
        var lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Split('\n');
        return Encoding.UTF8.GetString(
            Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line.Length == 0 ? $"{field}:\n" : $"{field}: {line}\n")) + "\n"));
    }

    private static string Written(Action<IBufferWriter<byte>> write, int extra = 0)
    {
        var output = new MeasuredWriter(extra);
        write(output);
        return output.Text;
    }
}

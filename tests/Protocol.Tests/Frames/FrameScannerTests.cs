using System.Buffers;
using System.Text;
using SseGateway.Protocol;
using Xunit;

namespace Protocol.Tests.Frames;

public class FrameScannerTests
{
    [Fact, Trait("Catalogue", "2.2.2")]
    public void A_blank_line_that_ends_in_CR_gives_the_event_at_once()
    {
        var reader = new ScannerReader(new FrameScanner());
        reader.Add("data: a\r\r"u8);
        Assert.Equal(["a"], reader.Events.Select(item => item.Data));
        reader.Add("data: b\r\r"u8);
        Assert.Equal(["a", "b"], reader.Events.Select(item => item.Data));
    }

    [Fact, Trait("Catalogue", "2.2.3")]
    public void An_LF_that_comes_late_after_the_CR_belongs_to_nothing()
    {
        var reader = new ScannerReader(new FrameScanner());
        reader.Add("data: a\r\n\r"u8);
        Assert.Equal(["a"], reader.Events.Select(item => item.Data));
        reader.Add("\n"u8);
        reader.Add("data: b\r\n\r\n"u8);
        Assert.Equal(["a", "b"], reader.Events.Select(item => item.Data));
    }

    [Theory]
    [InlineData("1234567890", 1234567890)]
    [InlineData("0", 0)]
    [InlineData("9", 9)]
    [InlineData("1/", null)]
    [InlineData("1:", null)]
    public void A_retry_is_of_the_ten_digits_alone(string value, int? milliseconds)
    {
        var scanner = new FrameScanner();
        scanner.TryRead(Encoding.UTF8.GetBytes($"retry: {value}\ndata: x\n\n"), out var frame, out _);
        Assert.Equal(milliseconds, frame.RetryMilliseconds);
    }

    [Fact]
    public void A_frame_gives_its_fields_as_slices_of_the_callers_bytes()
    {
        var bytes = "event: add\nid: 7\nretry: 15\ndata: x\n\nrest"u8;
        var scanner = new FrameScanner();
        Assert.Equal(FrameScanStatus.Frame, scanner.TryRead(bytes, out var frame, out var consumed));
        Assert.True(frame.Bytes == bytes[..consumed]);
        Assert.True(frame.Type.SequenceEqual("add"u8));
        Assert.True(frame.HasId && frame.Id.SequenceEqual("7"u8));
        Assert.Equal(15, frame.RetryMilliseconds);
        Assert.True(frame.TryGetData(out var data));
        Assert.True(data == bytes.Slice(bytes.IndexOf((byte)'x'), 1));
        Assert.Equal("rest", Encoding.UTF8.GetString(bytes[consumed..]));
    }

    [Fact]
    public void Several_data_lines_are_enumerated_counted_and_joined()
    {
        var scanner = new FrameScanner();
        scanner.TryRead("data: a\r\n: no\rdata\ndataX: no\ndata:  c\r\r"u8, out var frame, out _);
        Assert.Equal(3, frame.DataLineCount);
        var lines = new List<string>();
        foreach (var line in frame.DataLines)
            lines.Add(Encoding.UTF8.GetString(line));
        Assert.Equal(["a", "", " c"], lines);
        Assert.False(frame.TryGetData(out _));
        var copy = new byte[frame.DataLength];
        frame.CopyDataTo(copy);
        Assert.Equal("a\n\n c", Encoding.UTF8.GetString(copy));
        var caught = false;
        try
        {
            frame.CopyDataTo(copy.AsSpan(1));
        }
        catch (ArgumentException)
        {
            caught = true;
        }
        Assert.True(caught);
    }

    [Fact]
    public void Blocks_without_data_are_frames_unless_what_is_ignored_is_skipped()
    {
        var stream = ": ping\n\nevent: x\n\nretry: 5\n\nfoo: bar\n\nid: 1\n\n\n\ndata: a\n\n"u8;
        Assert.Equal([false, false, false, false, false, true], IsEvent(stream, new FrameScanner()));
        Assert.Equal([false, true], IsEvent(stream, new FrameScanner(1024, skipIgnored: true)));
    }

    [Fact]
    public void The_bytes_of_all_frames_are_those_of_the_stream_without_the_mark_and_the_blank_lines_between()
    {
        var reader = ScannerReader.Read("\uFEFF\n\r\n: c\ndata: a\r\n\r\n\n\nfoo\rid: 1\r\rdata: b\n\ndata: cut"u8, [], new FrameScanner());
        Assert.Equal(": c\ndata: a\r\n\r\nfoo\rid: 1\r\rdata: b\n\n", Encoding.UTF8.GetString([.. reader.FrameBytes]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_limit_is_the_frame_without_its_two_last_line_ends_however_it_is_cut(bool skipIgnored)
    {
        foreach (var end in (string[])["\n\n", "\r\r", "\r\n\r\n"])
        {
            var fits = Encoding.UTF8.GetBytes("data: a\n\nid: 1\ndata: " + new string('x', 100 - 12) + end + "data: b\n\n");
            var over = Encoding.UTF8.GetBytes("data: a\n\nid: 1\ndata: " + new string('x', 100 - 11) + end + "data: b\n\n");
            foreach (var size in (int[])[1, 2, 3, 50, 1000])
            {
                var scanner = new FrameScanner(100, skipIgnored);
                var good = ScannerReader.Read(fits, Splits.Every(size, fits.Length), scanner);
                Assert.Equal((FrameScanStatus.Incomplete, 3), (good.Status, good.Events.Count));
                var bad = ScannerReader.Read(over, Splits.Every(size, over.Length), scanner);
                Assert.Equal((FrameScanStatus.TooLarge, 1), (bad.Status, bad.Events.Count));
                bad.Add("\n\ndata: c\n\n"u8);
                Assert.Equal((FrameScanStatus.TooLarge, 1), (bad.Status, bad.Events.Count));
            }
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => new FrameScanner(63, skipIgnored));
        Assert.Contains("1234 bytes", new FrameTooLargeException(1234).Message, StringComparison.Ordinal);
    }

    [Fact, Trait("Catalogue", "2.3.6")]
    public void A_data_line_of_one_mebibyte_fits_the_default_limit()
    {
        var stream = Encoding.UTF8.GetBytes("data: " + new string('x', (1 << 20) - 6) + "\n\ndata: next\n\n");
        var reader = ScannerReader.Read(stream, [], default);
        Assert.Equal([(1 << 20) - 6, 4], reader.Events.Select(item => item.Data.Length));
        Assert.Equal(FrameScanner.DefaultMaxFrameBytes, new FrameScanner().MaxFrameBytes);
    }

    [Theory, Trait("Catalogue", "2.3.11"), Trait("Catalogue", "2.3.12")]
    [InlineData("x: ")]
    [InlineData(":")]
    [InlineData("datax: ")]
    [InlineData("retr")]
    public void Ignored_lines_of_16_MiB_need_no_buffer(string start)
    {
        var reader = new ScannerReader(new FrameScanner(1024, skipIgnored: true));
        reader.Add(Encoding.UTF8.GetBytes(start));
        var piece = Encoding.UTF8.GetBytes(new string('y', 4096));
        for (var i = 0; i < 4096; i++)
            reader.Add(piece);
        reader.Add("\ndata: ok\n\n"u8);
        Assert.Equal([new ReadEvent("message", "ok", "")], reader.Events);
        Assert.InRange(reader.LargestBuffer, 4096, 4096 + 16);
    }

    [Fact, Trait("Catalogue", "2.3.10")]
    public void An_event_of_10_000_lines_that_arrives_byte_by_byte_is_joined()
    {
        var lines = Enumerable.Range(0, 10_000).Select(i => $"line {i}").ToList();
        var stream = Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => $"data: {line}\n")) + "\n").AsSpan();
        var scanner = new FrameScanner();
        for (var length = 1; length < stream.Length; length++)
        {
            Assert.Equal(FrameScanStatus.Incomplete, scanner.TryRead(stream[..length], out _, out var nothing));
            Assert.Equal(0, nothing);
        }
        Assert.Equal(FrameScanStatus.Frame, scanner.TryRead(stream, out var frame, out var consumed));
        Assert.Equal(stream.Length, consumed);
        var copy = new byte[frame.DataLength];
        frame.CopyDataTo(copy);
        Assert.Equal(string.Join('\n', lines), Encoding.UTF8.GetString(copy));
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        var output = new ArrayBufferWriter<byte>();
        for (var i = 0; i < 100; i++)
            FrameWriter.WriteEvent(output, i % 3 == 0 ? "one\ntwo\nthree"u8 : "a single line of data, as most events have"u8, "add"u8, "12345"u8, 1000);
        var target = new byte[100];
        long Round(ReadOnlySpan<byte> rest)
        {
            var sum = 0L;
            var scanner = new FrameScanner(1024, skipIgnored: true);
            while (scanner.TryRead(rest, out var frame, out var consumed) is FrameScanStatus.Frame)
            {
                frame.CopyDataTo(target);
                foreach (var line in frame.DataLines)
                    sum += line.Length;
                sum += frame.Type.Length + frame.Id.Length + (frame.RetryMilliseconds ?? 0);
                rest = rest[consumed..];
            }
            return sum;
        }
        for (var i = 0; i < 100; i++)
            Round(output.WrittenSpan);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            Round(output.WrittenSpan);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static List<bool> IsEvent(ReadOnlySpan<byte> stream, FrameScanner scanner)
    {
        var frames = new List<bool>();
        while (scanner.TryRead(stream, out var frame, out var consumed) is FrameScanStatus.Frame)
        {
            frames.Add(frame.IsEvent);
            stream = stream[consumed..];
        }
        return frames;
    }
}

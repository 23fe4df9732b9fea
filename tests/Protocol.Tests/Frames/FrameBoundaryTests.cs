using System.Text;
using SseGateway.Protocol;
using Xunit;

namespace Protocol.Tests.Frames;

public class FrameBoundaryTests
{
    [Theory]
    [InlineData("", true)]
    [InlineData("d", false)]
    [InlineData("data: a", false)]
    [InlineData("data: a\n", false)]
    [InlineData("data: a\n\n", true)]
    [InlineData("data: a\r\n", false)]
    [InlineData("data: a\r\n\r\n", true)]
    [InlineData("data: a\r\n\n", true)]
    [InlineData("data: a\n\r\n", true)]
    [InlineData("data: a\r\r\n", true)]
    [InlineData("data: a\r\rd", false)]
    [InlineData("\n", true)]
    [InlineData("\r\n", true)]
    [InlineData(":\n", false)]
    [InlineData("\uFEFF", true)]
    [InlineData("\uFEFF\n", true)]
    [InlineData("\uFEFFd", false)]
    [InlineData("a\n\n\uFEFF", false)]
    public void A_boundary_is_the_start_or_a_complete_blank_line(string stream, bool expected)
    {
        var whole = new FrameBoundary();
        whole.Advance(Encoding.UTF8.GetBytes(stream));
        Assert.Equal(expected, whole.IsAtBoundary);
        Assert.False(whole.IsLineFeedPending);
        Assert.Equal(stream.Length == 0, whole.IsAtStart);
    }

    [Theory]
    [InlineData("data: a\r", false)]
    [InlineData("data: a\rdata: b\r", true)]
    [InlineData("data: a\r\r", true)]
    [InlineData("data: a\rdata: b", false)]
    [InlineData("data: a\ndata: b\r", false)]
    [InlineData("data: a\r\ndata: b\r", false)]
    public void Lines_end_in_CR_alone_once_two_have(string stream, bool expected)
    {
        var boundary = new FrameBoundary();
        boundary.Advance(Encoding.UTF8.GetBytes(stream));
        Assert.Equal(expected, boundary.EndsLinesInCarriageReturn);
    }

    /// <summary>A bar is where a line begins, asked for after every byte.</summary>
    [Theory]
    [InlineData("|data: a\n|id: 1\n|\n|:\n|\n|\n|d")]
    [InlineData("|data: a\r\n|id: 1\r\n|\r\n|")]
    [InlineData("|data: a\rid: 1\r\r:\r")]
    [InlineData("|data: a\n|\rb\n|")]
    [InlineData("|\n|\r\n|")]
    public void A_line_begins_after_every_complete_line_end(string marked)
    {
        var (boundary, seen) = (new FrameBoundary(), new StringBuilder());
        foreach (var one in marked.Replace("|", "", StringComparison.Ordinal))
        {
            seen.Append(boundary.IsAtLineStart ? "|" : "").Append(one);
            boundary.Advance([(byte)one]);
        }

        Assert.Equal(marked, seen.Append(boundary.IsAtLineStart ? "|" : "").ToString());
    }

    [Theory]
    [InlineData("data: a\r\r")]
    [InlineData("data: a\n\r")]
    [InlineData("data: a\r\n\r")]
    [InlineData("\r")]
    public void Between_a_CR_and_its_possible_LF_there_is_no_boundary_yet(string stream)
    {
        var boundary = new FrameBoundary();
        boundary.Advance(Encoding.UTF8.GetBytes(stream));
        Assert.Equal((false, true), (boundary.IsAtBoundary, boundary.IsLineFeedPending));
        boundary.Advance("\n"u8);
        Assert.Equal((true, false), (boundary.IsAtBoundary, boundary.IsLineFeedPending));
    }

    [Fact]
    public void A_part_of_a_byte_order_mark_is_no_boundary()
    {
        var boundary = new FrameBoundary();
        boundary.Advance([0xEF]);
        Assert.False(boundary.IsAtBoundary || boundary.IsAtStart);
        boundary.Advance([0xBB]);
        Assert.False(boundary.IsAtBoundary);
        boundary.Advance([0xBF]);
        Assert.True(boundary.IsAtBoundary);

        var other = new FrameBoundary();
        other.Advance([0xEF]);
        other.Advance([0xBB, (byte)'\n']);
        Assert.False(other.IsAtBoundary);
        other.Advance("\n"u8);
        Assert.True(other.IsAtBoundary);
    }

    [Fact]
    public void All_short_streams_in_all_two_and_three_piece_cuts_agree_with_reading_line_by_line()
    {
        ReadOnlySpan<byte> alphabet = [(byte)'x', (byte)'\r', (byte)'\n', 0xEF, 0xBB, 0xBF];
        for (var length = 1; length <= 6; length++)
        {
            var stream = new byte[length];
            for (var number = 0; number < Math.Pow(alphabet.Length, length); number++)
            {
                for (int i = 0, rest = number; i < length; i++, rest /= alphabet.Length)
                    stream[i] = alphabet[rest % alphabet.Length];
                var expected = Expected(stream);
                for (var first = 0; first <= length; first++)
                {
                    var second = first + (length - first) / 2;
                    var boundary = new FrameBoundary();
                    var frames = boundary.Advance(stream.AsSpan(0, first))
                        + boundary.Advance(stream.AsSpan(first, second - first))
                        + boundary.Advance(stream.AsSpan(second));
                    Assert.True(
                        expected == (boundary.IsAtBoundary, boundary.IsLineFeedPending, frames), $"{Convert.ToHexString(stream)} cut at {first}, {second}");
                }
            }
        }
    }

    [Fact]
    public void A_comment_at_every_boundary_changes_no_event()
    {
        for (var seed = 1; seed <= 300; seed++)
        {
            var random = new Random(seed);
            string[] pieces = ["\n", "\r", "\r\n", "data: a", "id: 1", "event: t", "\n\n", ": c", "x"];
            var stream = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 40).Select(_ => pieces[random.Next(pieces.Length)])));
            var inserted = new List<byte>();
            var boundary = new FrameBoundary();
            var start = 0;
            foreach (var cut in Splits.Random(random, stream.Length).Append(stream.Length))
            {
                boundary.Advance(stream.AsSpan(start, cut - start));
                inserted.AddRange(stream.AsSpan(start, cut - start));
                start = cut;
                if (boundary.IsAtBoundary || boundary.IsLineFeedPending || (boundary.IsAfterComments && boundary.IsAtLineStart))
                    inserted.AddRange(": heartbeat\n\n"u8);
            }
            Assert.Equal(ReferenceReader.Read(stream).Events, ReferenceReader.Read([.. inserted]).Events);
        }
    }

    [Theory]
    [InlineData("data: a\r\r", true)]
    [InlineData("\r\r", true)]
    [InlineData("data: a\n\r", false)]
    [InlineData("data: a\r\n\r", false)]
    [InlineData("data: a\r", false)]
    [InlineData("data: a\r\r\n", false)]
    [InlineData("data: a\r\rd", false)]
    public void Two_CRs_in_a_row_tell_a_stream_that_ends_its_lines_in_CR(string stream, bool expected)
    {
        var boundary = new FrameBoundary();
        boundary.Advance(Encoding.UTF8.GetBytes(stream));
        Assert.Equal(expected, boundary.EndsLinesInCarriageReturn);
    }

    [Theory]
    [InlineData(": a\n", true)]
    [InlineData(":\r", true)]
    [InlineData(": a\r\n: b\r\n", true)]
    [InlineData("\uFEFF: a\n", true)]
    [InlineData("data: a\n\n: b\n", true)]
    [InlineData("data: a\r\r: b\r", true)]
    [InlineData("data: a\n: b\n", false)]
    [InlineData(": a\ndata\n", false)]
    [InlineData(": a", false)]
    [InlineData("", false)]
    [InlineData(": a\n\n", false)]
    [InlineData(" : a\n", false)]
    [InlineData("\u00EF: a\n", false)]
    public void After_comments_alone_nothing_hangs_on_what_follows(string stream, bool expected)
    {
        var bytes = Encoding.UTF8.GetBytes(stream);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var boundary = new FrameBoundary();
            boundary.Advance(bytes.AsSpan(0, cut));
            boundary.Advance(bytes.AsSpan(cut));
            Assert.Equal(expected, boundary.IsAfterComments);
        }
    }

    [Theory]
    [InlineData("data: a", null)]
    [InlineData("data: a\r", null)]
    [InlineData("data: a\n", LineEnd.LineFeed)]
    [InlineData("data: a\r\n", LineEnd.CarriageReturnLineFeed)]
    [InlineData("data: a\rd", LineEnd.CarriageReturn)]
    [InlineData("data: a\r\r", LineEnd.CarriageReturn)]
    [InlineData("\r\n\r", LineEnd.CarriageReturnLineFeed)]
    [InlineData("\uFEFF\n", LineEnd.LineFeed)]
    [InlineData("data: a\rb\r\n", LineEnd.CarriageReturnLineFeed)]
    public void The_last_line_end_is_known_from_the_byte_after_its_CR_on(string stream, LineEnd? expected)
    {
        var bytes = Encoding.UTF8.GetBytes(stream);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var boundary = new FrameBoundary();
            boundary.Advance(bytes.AsSpan(0, cut));
            boundary.Advance(bytes.AsSpan(cut));
            Assert.Equal(expected, boundary.LastLineEnd);
        }
    }

    private static (bool AtBoundary, bool LineFeedPending, int Frames) Expected(byte[] stream)
    {
        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
        var rest = stream.AsSpan();
        if (rest.StartsWith(mark))
            rest = rest[3..];
        else if (mark.StartsWith(rest))
            return (false, false, 0);
        var blank = true;
        var pending = false;
        var frames = 0;
        var inFrame = false;
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOfAny((byte)'\r', (byte)'\n');
            if (end < 0)
                return (false, false, frames);
            blank = end == 0;
            frames += blank && inFrame ? 1 : 0;
            inFrame = !blank;
            var crlf = rest[end..].StartsWith("\r\n"u8);
            rest = rest[(end + (crlf ? 2 : 1))..];
            pending = !crlf && rest.IsEmpty && stream[^1] == '\r';
        }
        return (blank && !pending, blank && pending, frames);
    }
}

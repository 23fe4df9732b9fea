using System.Text;
using SseGateway.Protocol;
using Xunit;

namespace Protocol.Tests.Frames;

/// <summary>
/// The scanner reads a frame that is there 64 bytes at a time and everything else line by line. Which of them it is depends on how the bytes are
/// cut, and must not be seen.
/// </summary>
public class FrameScannerPathTests
{
    private static readonly string[] Lines =
    [
        "data: x", "data:x", "data:", "data: ", "data", "data:  y", "dat", "datum: x", "data : x", "id: 7", "id:7", "id:", "id: ", "id", "id: a\0b", "id: \0",
        "idx: 1", "ID: 1",
        "id: an id of more than sixteen bytes", "id: an id of more than sixteen bytes \0", "id: 0123456789abcdef", "event: t", "event:t", "event: ", "event:",
        "event", "eventx: 1",
        "even", "retry: 5", "retry: x", ": comment", ":", "other: 1", " data: x",
        "data: a line that is a good deal longer than a block of sixty-four bytes, so that it reaches over",
    ];

    [Fact]
    public void Every_line_before_every_other_gives_the_same_whole_and_byte_by_byte()
    {
        foreach (var end in (string[])["\n", "\r", "\r\n"])
        {
            foreach (var first in Lines)
            {
                foreach (var second in Lines)
                    Compare(Encoding.UTF8.GetBytes($"{first}{end}{second}{end}{end}data: next{end}{end}"), $"{first}, {second}");
            }
        }
    }

    [Fact]
    public void Line_ends_at_every_place_of_a_block_give_the_same_whole_and_byte_by_byte()
    {
        foreach (var end in (string[])["\n", "\r", "\r\n"])
        {
            for (var length = 0; length <= 140; length++)
                Compare(Encoding.UTF8.GetBytes($"data: {new string('x', length)}{end}id: 1{end}{end}{end}data: y{end}data: z{end}{end}"), $"{length}");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_streams_give_the_same_whole_in_two_pieces_and_byte_by_byte(int part)
    {
        string[] ends = ["\n", "\n", "\n", "\r\n", "\r"];
        for (var seed = part * 10_000; seed < part * 10_000 + 400; seed++)
        {
            var random = new Random(seed);
            var usual = random.Next(1, ends.Length + 1);
            var stream = string.Concat(Enumerable.Range(0, random.Next(1, 40)).Select(_ =>
                (random.Next(3) == 0 ? "" : Lines[random.Next(Lines.Length)] + new string('x', random.Next(4) == 0 ? random.Next(90) : 0))
                    + ends[random.Next(usual)]));
            Compare(Encoding.UTF8.GetBytes(stream), $"seed {seed}");
        }
    }

    private static void Compare(byte[] stream, string hint)
    {
        foreach (var scanner in (FrameScanner[])[new(), new(100), new(100, skipIgnored: true)])
        {
            var expected = Read(stream, Splits.Every(1, stream.Length), scanner);
            Assert.True(expected == Read(stream, [], scanner), hint);
            for (var cut = 1; cut < Math.Min(stream.Length, 200); cut++)
                Assert.True(expected == Read(stream, [cut], scanner), $"{hint}, cut at {cut}");
        }
    }

    private static string Read(byte[] stream, IEnumerable<int> cuts, FrameScanner scanner)
    {
        var reader = ScannerReader.Read(stream, cuts, scanner);
        // A frame that ends in CR has its LF only where that had arrived.
        var bytes = Encoding.UTF8.GetString([.. reader.FrameBytes]).Replace("\r\n", "\r", StringComparison.Ordinal);
        return $"{string.Join('|', reader.Events)} {bytes} {reader.LastEventId} {reader.Retry} {reader.Status}";
    }
}

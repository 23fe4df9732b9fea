using System.Buffers;
using System.Net.ServerSentEvents;
using System.Text;
using SseGateway.Protocol;
using Xunit;

namespace Protocol.Tests.Frames;

public class FrameFuzzTests
{
    private static readonly byte[][] Pieces =
    [
        .. new[] { "\n", "\n", "\r", "\r\n", "\n\n", "data", "data:", "data: x", "id", "id:", "id: 1", "id: a\0b", "event", "event: t", "retry: 10", "retry",
            ":", ": c", " ", "\0",
            "\uFEFF", "é", "😀", "data: long value that does not end soon", "Data: n", "foo: bar" }.Select(Encoding.UTF8.GetBytes),
        [0xEF], [0xBB], [0xBF], [0xFF], [0xF0, 0x9F],
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Random_streams_in_random_splits_give_what_the_standard_says(int part)
    {
        for (var seed = part * 10_000; seed < part * 10_000 + 1500; seed++)
        {
            var random = new Random(seed);
            var stream = RandomStream(random);
            var expected = ReferenceReader.Read(stream);
            foreach (var skipIgnored in (bool[])[false, true])
            {
                var reader = ScannerReader.Read(stream, Splits.Random(random, stream.Length), new FrameScanner(4096, skipIgnored));
                Assert.True(expected.Events.SequenceEqual(reader.Events), $"seed {seed}: {Convert.ToHexString(stream)}");
                Assert.Equal((expected.LastEventId, expected.Retry), (reader.LastEventId, reader.Retry));
            }
        }
    }

    [Fact, Trait("Catalogue", "11.1.6")]
    public void What_is_written_is_read_back_in_500_random_events()
    {
        var output = new ArrayBufferWriter<byte>();
        var expected = new List<ReadEvent>();
        var lastId = "";
        string[] special = ["", " leading", "\n", "\n\n", "trailing\n", "\uFEFFmark", "a\u2028b\u2029c\u0085d", "😀", "a\rb\r\nc\n\rd", "data: x\n\nid: 9", ":",
            "\0"];
        for (var seed = 1; seed <= 500; seed++)
        {
            var random = new Random(seed);
            var data = random.Next(3) == 0
                ? special[random.Next(special.Length)] : RandomText.Line(random, random.Next(300)) + special[random.Next(special.Length)];
            var type = random.Next(2) == 0 ? "" : RandomText.Line(random, random.Next(12));
            var id = random.Next(3) == 0 ? null : RandomText.Line(random, random.Next(12));
            if (random.Next(2) == 0)
                FrameWriter.WriteEvent(output, data, type, id, random.Next(2) == 0 ? null : random.Next());
            else
                FrameWriter.WriteEvent(
                    output, Encoding.UTF8.GetBytes(data), Encoding.UTF8.GetBytes(type), id is null ? default : [.. Encoding.UTF8.GetBytes(id)]);
            if (random.Next(4) == 0)
                FrameWriter.WriteComment(output, data);
            lastId = id ?? lastId;
            expected.Add(new ReadEvent(type.Length == 0 ? "message" : type, data.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n'), lastId));
        }
        var reader = ScannerReader.Read(output.WrittenSpan, Splits.Every(777, output.WrittenCount), new FrameScanner());
        Assert.Equal(expected, reader.Events);
    }

    [Fact]
    public async Task Dotnets_own_parser_reads_the_same_from_what_is_written()
    {
        var output = new ArrayBufferWriter<byte>();
        var random = new Random(5);
        for (var i = 0; i < 300; i++)
            FrameWriter.WriteEvent(output, RandomText.Line(random, random.Next(50)) + "\n" + RandomText.Line(random, random.Next(50)), "t" + random.Next(5),
                random.Next(9).ToString());
        var reader = ScannerReader.Read(output.WrittenSpan, [], new FrameScanner());
        var other = new List<ReadEvent>();
        using var stream = new MemoryStream(output.WrittenSpan.ToArray());
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(TestContext.Current.CancellationToken))
            other.Add(new ReadEvent(item.EventType, item.Data, item.EventId ?? ""));
        Assert.Equal(other, reader.Events);
    }

    private static byte[] RandomStream(Random random)
    {
        var stream = new List<byte>();
        if (random.Next(4) == 0)
            stream.AddRange("\uFEFF"u8);
        for (var i = random.Next(1, 60); i > 0; i--)
        {
            if (random.Next(20) == 0)
                stream.Add((byte)random.Next(256));
            else
                stream.AddRange(Pieces[random.Next(Pieces.Length)]);
        }
        return [.. stream];
    }
}

using System.Buffers;
using System.Text;
using SseGateway.Harness.Reading;
using SseGateway.Protocol;
using SseGateway.Sharing.Upstream;
using Xunit;

namespace Gateway.Tests.Sharing.Upstream;

public sealed class OwnIdsTests
{
    private const string Epoch = "0123456789abcdef";

    private static readonly string[] Pieces =
    [
        "\n", "\n", "\r", "\r\n", "\n\n", "data", "data:", "data: x", "id", "id:", "id: 1", "id: a\0b", "id\0", "ID: 2", "idx: 3", "identity", "event",
        "event: t", "retry: 10", ":",
        ": c", " ", "\uFEFF", "é", "id: é", "😀",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_rewritten_frame_is_the_same_event_with_another_id(int part)
    {
        for (var seed = part * 10_000; seed < (part * 10_000) + 3000; seed++)
        {
            var random = new Random(seed);
            var stream = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 60).Select(_ => Pieces[random.Next(Pieces.Length)])) + "\n\n");
            var scanner = new FrameScanner(4096, skipIgnored: true);
            for (var rest = stream.AsSpan(); scanner.TryRead(rest, out var frame, out var consumed) == FrameScanStatus.Frame; rest = rest[consumed..])
            {
                AssertRewritten(frame.Bytes.ToArray(), frame.IsEvent, random.NextInt64(), seed);
            }
        }
    }

    [Fact]
    public void Ids_have_no_character_for_which_a_browser_would_ask_first()
    {
        var id = OwnIds.Of(Epoch, long.MaxValue);
        Assert.Matches(@"\A[A-Za-z0-9._-]{1,128}\z", id);
    }

    private static void AssertRewritten(byte[] frame, bool isEvent, long number, int seed)
    {
        var output = new ArrayBufferWriter<byte>();
        var length = OwnIds.Rewrite(frame, Epoch, number, output);
        var id = OwnIds.Of(Epoch, number);
        Assert.Equal(id, Encoding.ASCII.GetString(output.WrittenSpan.Slice(OwnIds.Start, length)));

        // With another one behind it, for what would not end here.
        var (original, rewritten) = (Read([.. frame, .. "data: next\n\n"u8]), Read([.. output.WrittenSpan, .. "data: next\n\n"u8]));
        var expected = original.Select(read => read with { Id = id });
        Assert.True(
            rewritten.Count == (isEvent ? 2 : 1) && expected.SequenceEqual(rewritten),
            $"seed {seed}: {System.Text.Json.JsonSerializer.Serialize(Encoding.UTF8.GetString(frame))} became "
                + $"{System.Text.Json.JsonSerializer.Serialize(Encoding.UTF8.GetString(output.WrittenSpan))}");
    }

    private static IReadOnlyList<SseEvent> Read(byte[] stream) => StreamMeaning.Of(stream).Events;
}

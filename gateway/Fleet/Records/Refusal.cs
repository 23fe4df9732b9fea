using System.Buffers;
using SseGateway.Sharing.Upstream;

namespace SseGateway.Fleet.Records;

/// <summary>What an upstream has said instead of a stream, for those who wait at other gateways.</summary>
/// <param name="Answer">Null when it has said nothing.</param>
/// <param name="Cursor">What it was said to; empty for nothing.</param>
internal sealed record Refusal(UpstreamAnswer? Answer, byte[] Cursor)
{
    public byte[] ToBytes()
    {
        var output = new ArrayBufferWriter<byte>();
        RecordWriter.Bytes(output, Cursor);
        if (Answer is { Body: { } body } answer)
        {
            RecordWriter.WriteHead(output, answer.Head);
            RecordWriter.Bytes(output, body.Span);
        }

        return output.WrittenSpan.ToArray();
    }

    public static Refusal Parse(ReadOnlySpan<byte> bytes)
    {
        var read = new RecordBytes(bytes);
        var cursor = read.Bytes().ToArray();
        if (read.Rest.IsEmpty)
        {
            return new Refusal(null, cursor);
        }

        var head = StreamRecord.ReadHead(ref read);
        ReadOnlyMemory<byte> body = read.Bytes().ToArray();
        return new Refusal(new UpstreamAnswer(head, Task.FromResult(body), body.Length), cursor);
    }
}

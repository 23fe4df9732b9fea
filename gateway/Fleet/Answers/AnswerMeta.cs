using System.Buffers;
using System.Text;
using SseGateway.Configuration.Settings;
using SseGateway.Fleet.Records;
using SseGateway.Keeping;
using SseGateway.Streams.Dialects;
using SseGateway.Streams.Dialects.Errors;
using SseGateway.Streams.Life;

namespace SseGateway.Fleet.Answers;

/// <summary>What is to be known of a kept answer beside its frames, as bytes. What another version has written and this one does not know reads as the
/// least.</summary>
internal static class AnswerMeta
{
    private const byte AsksForNotices = 1;
    private const byte HasParser = 2;
    private const byte CanComeBack = 4;
    private const byte IsSaid = 8;

    /// <summary>That its upstream has answered: the head, who has asked, and the id of the call.</summary>
    public static byte[] Begun(KeptAnswer answer)
    {
        var output = new ArrayBufferWriter<byte>();
        var reader = answer.Reader;
        RecordWriter.WriteHead(output, answer.Head!);
        RecordWriter.Bytes(output, Encoding.ASCII.GetBytes(reader.Dialect.ToString()));
        output.Write([(byte)((reader.AsksForNotices ? AsksForNotices : 0) | (reader.HasParser ? HasParser : 0)
            | (reader.CanComeBack ? CanComeBack : 0) | (reader.IsSaid ? IsSaid : 0))]);
        output.Write((JsonRpcId.Of(answer.Asked) ?? default).Span);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Has it begin as it has at the gateway that has its upstream.</summary>
    public static void Begin(KeptAnswer answer, byte[] begun)
    {
        var bytes = new RecordBytes(begun);
        var head = StreamRecord.ReadHead(ref bytes);
        _ = Enum.TryParse(Encoding.ASCII.GetString(bytes.Bytes()), out Dialect dialect);
        var marks = bytes.Byte();
        var reader = new Reader(
            dialect, (marks & AsksForNotices) != 0, (marks & HasParser) != 0, (marks & CanComeBack) != 0, (marks & IsSaid) != 0);
        answer.Begin(head, reader, bytes.Rest.IsEmpty ? null : Peek(bytes.Rest));
    }

    /// <summary>How it has ended.</summary>
    public static byte[] End(KeptAnswer answer)
    {
        var output = new ArrayBufferWriter<byte>();
        RecordWriter.Bytes(output, Encoding.ASCII.GetBytes(answer.EndedAs.ToString()));
        RecordWriter.Bytes(output, Encoding.UTF8.GetBytes(answer.Trouble?.Code ?? ""));
        RecordWriter.Bytes(output, Encoding.UTF8.GetBytes(answer.Trouble?.Message ?? ""));
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Has it end as it has there.</summary>
    public static void End(KeptAnswer answer, byte[] end)
    {
        var bytes = new RecordBytes(end);
        var reason = Enum.TryParse(Encoding.ASCII.GetString(bytes.Bytes()), out CloseReason known) && known != CloseReason.None ? known : CloseReason.Error;
        var (code, message) = (Encoding.UTF8.GetString(bytes.Bytes()), Encoding.UTF8.GetString(bytes.Bytes()));
        answer.End(reason, code.Length > 0 ? new StreamError(code, message) : null);
    }

    private static RequestPeek Peek(ReadOnlySpan<byte> id)
    {
        var peek = new RequestPeek(JsonRpcId.Name);
        peek.Look([.. "{\""u8, .. JsonRpcId.Name, .. "\":"u8, .. id, .. "}"u8]);
        return peek;
    }
}

using System.Text;
using Microsoft.Extensions.Primitives;
using SseGateway.Sharing.Log;
using SseGateway.Sharing.Log.Storage;
using SseGateway.Sharing.Upstream;

namespace SseGateway.Fleet.Records;

/// <summary>An entry of a stream's log in the store.</summary>
internal readonly ref struct StreamRecord
{
    public const int EventMark = 0x80;

    // Of fields in a head, whoever has written it.
    private const int MostFields = 1000;

    private readonly ReadOnlySpan<byte> _bytes;

    public StreamRecord(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public RecordKind Kind => _bytes.IsEmpty ? RecordKind.Nothing : (RecordKind)_bytes[0];

    private RecordBytes Body => new(_bytes.IsEmpty ? _bytes : _bytes[1..]);

    /// <summary>Of <see cref="RecordKind.Frame"/> and <see cref="RecordKind.OwnFrame"/>.</summary>
    public LogFrame Frame()
    {
        var body = Body;
        var marks = body.Byte();
        var start = body.Number(_bytes.Length);
        var length = body.Number(_bytes.Length);
        var retry = body.Number(int.MaxValue);
        var bytes = body.Rest;
        start = Math.Min(start, bytes.Length);
        var id = start..(start + Math.Min(Math.Max(length - 1, 0), bytes.Length - start));
        return new LogFrame
        {
            Bytes = bytes,
            Id = id,
            HasId = length > 0,
            IsEvent = (marks & EventMark) != 0,
            IsNotice = ((LogMarks)marks).HasFlag(LogMarks.Notice),
            IsForReturning = ((LogMarks)marks).HasFlag(LogMarks.ForReturning),
            IsSnapshot = ((LogMarks)marks).HasFlag(LogMarks.Snapshot),
            Retry = retry > 0 ? retry - 1 : null,
            UpstreamId = Kind == RecordKind.Frame ? FrameHash.OfId(bytes[id]) : 0,
            Content = Kind == RecordKind.Frame ? FrameHash.OfContent(bytes) : 0,
        };
    }

    /// <summary>Of <see cref="RecordKind.Opened"/>.</summary>
    public UpstreamHead Head()
    {
        var body = Body;
        return ReadHead(ref body);
    }

    /// <summary>Of <see cref="RecordKind.Ended"/>: for how long the upstream is to be left alone, and how many ends in a row came soon.</summary>
    public (TimeSpan Due, int Ends) Ended()
    {
        var body = Body;
        return (TimeSpan.FromMilliseconds(body.Number(int.MaxValue)), body.Number(int.MaxValue));
    }

    /// <summary>
    /// Of <see cref="RecordKind.Begun"/>: the generation before it, the last number that it goes on after, and the cursor with which the upstream was dialled.
    /// </summary>
    public (long Generation, long Number, byte[] Cursor) Begun()
    {
        var body = Body;
        return ((long)body.Number(), (long)body.Number(), body.Rest.ToArray());
    }

    /// <summary>Of <see cref="RecordKind.Unshared"/>.</summary>
    public string Sign() => Encoding.UTF8.GetString(Body.Rest);

    /// <summary>The head of an answer alone.</summary>
    public static UpstreamHead ReadHead(ref RecordBytes bytes)
    {
        var status = bytes.Number(999);
        var fields = new Dictionary<string, StringValues>(StringComparer.OrdinalIgnoreCase);
        for (var left = bytes.Number(MostFields); left > 0; left--)
        {
            var name = Encoding.Latin1.GetString(bytes.Bytes());
            fields[name] = StringValues.Concat(fields.GetValueOrDefault(name), Encoding.Latin1.GetString(bytes.Bytes()));
        }

        return new UpstreamHead(status, [.. fields]);
    }
}

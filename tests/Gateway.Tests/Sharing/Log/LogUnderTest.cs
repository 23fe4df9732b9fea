using System.Text;
using SseGateway.Configuration.Settings.Sharing;
using SseGateway.Protocol;
using SseGateway.Sharing;
using SseGateway.Sharing.Log;
using SseGateway.Sharing.Log.Storage;

namespace Gateway.Tests.Sharing.Log;

/// <summary>The log of a shared stream, fed with frames as an upstream sends them.</summary>
/// <param name="shared">The stream.</param>
internal abstract class LogUnderTest(SharedStream shared)
{
    public IFrameLog Log => shared.Log;

    protected SharedStream Shared => shared;

    /// <summary>The hash by which an upstream's id is looked for.</summary>
    public static ulong IdOf(string id) => FrameHash.OfId(Encoding.UTF8.GetBytes(id));

    /// <summary>The hash by which a frame is looked for.</summary>
    public static ulong ContentOf(string frame) => FrameHash.OfContent(Encoding.UTF8.GetBytes(frame));

    /// <summary>All that follows.</summary>
    public static string Read(LogCursor cursor)
    {
        var text = new StringBuilder();
        while (cursor.TryRead(out var records) == LogRead.Records)
        {
            for (var rest = records.Bytes.Span; !rest.IsEmpty;) text.Append(Encoding.UTF8.GetString(ChunkFraming.Next(ref rest)));
            records.GiveBack();
        }

        return text.ToString();
    }

    /// <summary>The upstream sends frames.</summary>
    public void Append(params string[] frames)
    {
        foreach (var text in frames)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            var scanner = new FrameScanner(64 * 1024, skipIgnored: false);
            if (scanner.TryRead(bytes, out var frame, out _) != FrameScanStatus.Frame) throw new ArgumentException(text);
            frame.Bytes.Overlaps(frame.Id, out var start);
            start = frame.HasId && !frame.Id.IsEmpty ? start : 0;
            Append(new LogFrame
            {
                Bytes = frame.Bytes,
                Id = start..(start + frame.Id.Length),
                HasId = frame.HasId,
                IsEvent = frame.IsEvent,
                IsSnapshot = shared.Settings.Snapshot.Length > 0 && Encoding.UTF8.GetString(frame.Type) == shared.Settings.Snapshot,
                Retry = frame.RetryMilliseconds,
                UpstreamId = FrameHash.OfId(frame.Id),
                Content = FrameHash.OfContent(frame.Bytes),
            });
        }
    }

    /// <summary>A frame of the gateway's own, for clients that have been here.</summary>
    public void AppendNotice(string frame) =>
        Append(new LogFrame { Bytes = Encoding.UTF8.GetBytes(frame), IsNotice = true, IsForReturning = true });

    /// <summary>The upstream is dialled with this cursor of a client's.</summary>
    public abstract void BeginAfter(string cursor);

    public Resumption Resume(string cursor, JoinPoint? join = null) =>
        Log.Resume(Encoding.UTF8.GetBytes(cursor), join ?? shared.Settings.Join, GapAction.Oldest);

    protected abstract void Append(in LogFrame frame);
}

using System.Text;
using SseGateway.Protocol;

namespace Protocol.Tests.Frames;

/// <summary>What a reader built on <see cref="FrameScanner"/> does: it keeps the bytes not yet consumed and the last event id, and decodes.</summary>
internal sealed class ScannerReader(FrameScanner scanner)
{
    private FrameScanner _scanner = scanner;
    private byte[] _buffer = [];

    public List<ReadEvent> Events { get; } = [];

    public string LastEventId { get; private set; } = "";

    public int? Retry => _scanner.RetryMilliseconds;

    public FrameScanStatus Status { get; private set; }

    public int LargestBuffer { get; private set; }

    public List<byte> FrameBytes { get; } = [];

    public static ScannerReader Read(ReadOnlySpan<byte> stream, IEnumerable<int> cuts, FrameScanner scanner)
    {
        var reader = new ScannerReader(scanner);
        var start = 0;
        foreach (var cut in cuts.Append(stream.Length))
        {
            reader.Add(stream[start..cut]);
            start = cut;
        }
        return reader;
    }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        byte[] all = [.. _buffer, .. bytes];
        LargestBuffer = Math.Max(LargestBuffer, all.Length);
        var rest = all.AsSpan();
        while (true)
        {
            Status = _scanner.TryRead(rest, out var frame, out var consumed);
            rest = rest[consumed..];
            if (Status is not FrameScanStatus.Frame)
                break;
            FrameBytes.AddRange(frame.Bytes);
            if (frame.HasId)
                LastEventId = Encoding.UTF8.GetString(frame.Id);
            if (frame.IsEvent)
                Events.Add(new ReadEvent(frame.Type.IsEmpty ? "message" : Encoding.UTF8.GetString(frame.Type), DataOf(frame), LastEventId));
        }
        _buffer = rest.ToArray();
    }

    private static string DataOf(Frame frame)
    {
        var copy = new byte[frame.DataLength];
        frame.CopyDataTo(copy);
        if (frame.TryGetData(out var data) && !data.SequenceEqual(copy))
            throw new InvalidOperationException("The slice and the copy of the data differ.");
        return Encoding.UTF8.GetString(copy);
    }
}

using System.Buffers;
using System.Globalization;
using System.Text;
using SseGateway.Protocol;
using SseGateway.Sharing.Log.Storage;

namespace SseGateway.Sharing.Subscribers;

/// <summary>
/// Gives events ids that have none, for one client that comes back by ids alone: the number of events up to and with it, counted from the first of the log.
/// Those that have one of the upstream's keep it.
/// </summary>
/// <param name="number">Of the first event that is sent, from 0.</param>
/// <param name="maxFrameBytes">Of an event.</param>
internal sealed class NumberedRecords(long number, int maxFrameBytes)
{
    private long _number = number;

    /// <summary>The number that an id of this kind says; false for another id.</summary>
    public static bool TryParse(ReadOnlySpan<byte> id, out ReadOnlySpan<byte> number)
    {
        var isOne = id.StartsWith(IdPrefix);
        number = isOne ? id[IdPrefix.Length..] : default;
        return isOne;
    }

    private static ReadOnlySpan<byte> IdPrefix => "after-"u8;

    /// <summary>The same records with their ids.</summary>
    public ReadOnlyMemory<byte> Of(ReadOnlyMemory<byte> records, LineEnd end)
    {
        var output = new ArrayBufferWriter<byte>(records.Length * 2);
        var rest = records.Span;
        while (!rest.IsEmpty)
        {
            var frame = ChunkFraming.Next(ref rest);
            _number++;
            var id = HasId(frame) ? "" : string.Create(CultureInfo.InvariantCulture, $"id: after-{_number}{Text(end)}");
            var head = output.GetSpan(ChunkFraming.MaxOverhead);
            output.Advance(ChunkFraming.WriteHead(head, id.Length + frame.Length));
            Encoding.ASCII.GetBytes(id, output);
            output.Write(frame);
            output.Write("\r\n"u8);
        }

        return output.WrittenMemory;
    }

    private static string Text(LineEnd end) => end switch
    {
        LineEnd.CarriageReturn => "\r",
        LineEnd.CarriageReturnLineFeed => "\r\n",
        _ => "\n",
    };

    private bool HasId(ReadOnlySpan<byte> frame)
    {
        var scanner = new FrameScanner(maxFrameBytes, skipIgnored: true);
        return scanner.TryRead(frame, out var read, out _) != FrameScanStatus.Frame || read.HasId;
    }
}

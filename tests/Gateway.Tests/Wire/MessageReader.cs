using System.Globalization;
using System.Net.Sockets;

namespace Gateway.Tests.Wire;

/// <summary>
/// Reads HTTP/1.1 messages from a socket byte by byte as sent, and tells how the peer ended: what a client library hides is what these
/// tests are about. One reader at a time; not thread-safe.
/// </summary>
internal sealed class MessageReader(Socket socket)
{
    private enum Framing { Length, Chunked, UntilClose }

    private enum Arrival { Bytes, Fin, Reset }

    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;
    private Framing _framing;
    private long _left;
    private bool _insideChunks;

    /// <summary>Reads a head up to its blank line; null when the peer closed or reset before the first byte.</summary>
    /// <exception cref="IOException">The peer closed inside the head.</exception>
    public async ValueTask<MessageHead?> ReadHeadAsync(CancellationToken cancellationToken)
    {
        var raw = new List<byte>();
        while (true)
        {
            while (_start < _end)
            {
                raw.Add(_buffer[_start++]);
                if (raw is [.., 13, 10, 13, 10]) return MessageHead.Parse(Bytes.Text(raw.ToArray().AsSpan(0, raw.Count - 4)));
            }
            if (await FillAsync(cancellationToken) == Arrival.Bytes) continue;
            return raw.Count == 0 ? null : throw new IOException($"closed inside the head: {Bytes.Text(raw.ToArray())}");
        }
    }

    /// <summary>Says how the body after a request's head is framed.</summary>
    public void BeginRequestBody(MessageHead head) => Begin(head, withoutFraming: Framing.Length);

    /// <summary>Says how the body after a response's head is framed.</summary>
    public void BeginResponseBody(MessageHead head, bool noBody) => Begin(head, noBody ? null : Framing.UntilClose);

    /// <summary>
    /// Reads the next bytes of the body without its framing. Zero bytes mean the end, and then the ending is set.
    /// </summary>
    public async ValueTask<(int Count, BodyEnding? Ending)> ReadBodyAsync(Memory<byte> into, CancellationToken cancellationToken)
    {
        if (_framing == Framing.Chunked && _left == 0 && await NextChunkAsync(cancellationToken) is { } ending) return (0, ending);
        if (_framing != Framing.UntilClose && _left == 0) return (0, BodyEnding.Clean);
        if (_start == _end)
        {
            var arrival = await FillAsync(cancellationToken);
            if (arrival == Arrival.Reset) return (0, BodyEnding.Reset);
            if (arrival == Arrival.Fin) return (0, _framing == Framing.UntilClose ? BodyEnding.Clean : BodyEnding.Unclean);
        }
        var count = Math.Min(into.Length, _end - _start);
        if (_framing != Framing.UntilClose) count = (int)Math.Min(count, _left);
        _buffer.AsMemory(_start, count).CopyTo(into);
        _start += count;
        if (_framing != Framing.UntilClose) _left -= count;
        return (count, null);
    }

    /// <summary>Reads and drops whatever comes until the peer closes its side: by FIN (Unclean) or by RST (Reset).</summary>
    public async ValueTask<BodyEnding> ReadUntilClosedAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            _start = _end;
            var arrival = await FillAsync(cancellationToken);
            if (arrival != Arrival.Bytes) return arrival == Arrival.Fin ? BodyEnding.Unclean : BodyEnding.Reset;
        }
    }

    private void Begin(MessageHead head, Framing? withoutFraming)
    {
        _insideChunks = false;
        _left = 0;
        if (withoutFraming is null)
        {
            _framing = Framing.Length;
        }
        else if (head.IsChunked)
        {
            _framing = Framing.Chunked;
        }
        else if (head.ContentLength is { } length)
        {
            (_framing, _left) = (Framing.Length, length);
        }
        else
        {
            _framing = withoutFraming.Value;
        }
    }

    /// <summary>Steps to the next chunk's data; an ending when there is none.</summary>
    private async ValueTask<BodyEnding?> NextChunkAsync(CancellationToken cancellationToken)
    {
        if (_insideChunks)
        {
            var (afterData, closed) = await ReadLineAsync(cancellationToken);
            if (closed is not null) return closed;
            if (afterData!.Length > 0) return BodyEnding.Unclean;
        }
        var (line, ending) = await ReadLineAsync(cancellationToken);
        if (ending is not null) return ending;
        var size = line!.Split(';')[0].Trim();
        if (!long.TryParse(size, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _left)) return BodyEnding.Unclean;
        _insideChunks = true;
        if (_left > 0) return null;
        while (true)
        {
            var (trailer, broken) = await ReadLineAsync(cancellationToken);
            if (broken is not null) return broken;
            if (trailer!.Length == 0) break;
        }
        (_framing, _left) = (Framing.Length, 0);
        return BodyEnding.Clean;
    }

    private async ValueTask<(string? Line, BodyEnding? Ending)> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = new List<byte>();
        while (true)
        {
            while (_start < _end)
            {
                line.Add(_buffer[_start++]);
                if (line is [.., 13, 10]) return (Bytes.Text(line.ToArray().AsSpan(0, line.Count - 2)), null);
            }
            var arrival = await FillAsync(cancellationToken);
            if (arrival != Arrival.Bytes) return (null, arrival == Arrival.Fin ? BodyEnding.Unclean : BodyEnding.Reset);
        }
    }

    private async ValueTask<Arrival> FillAsync(CancellationToken cancellationToken)
    {
        try
        {
            var count = await socket.ReceiveAsync(_buffer, SocketFlags.None, cancellationToken);
            (_start, _end) = (0, count);
            return count > 0 ? Arrival.Bytes : Arrival.Fin;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown)
        {
            return Arrival.Reset;
        }
    }
}

using System.Globalization;
using System.Runtime.InteropServices;
using SseGateway.Harness.Results;

namespace SseGateway.Harness.Wire;

/// <summary>
/// Reads HTTP/1.1 messages from a connection as they were sent, and tells how the peer ended: what a client library hides is what is tested
/// here. One reader at a time.
/// </summary>
/// <param name="connection">Bytes as they come.</param>
/// <param name="line">Where they are written down; null is nowhere.</param>
internal sealed class MessageReader(Stream connection, WireLine? line = null)
{
    private const int MostHeadBytes = 1 << 20;

    private readonly byte[] _buffer = new byte[64 * 1024];

    // As far as it has come: reading it may be given up and taken up again.
    private readonly List<byte> _head = [];
    private int _start;
    private int _end;
    private Framing _framing;
    private long _left;

    // What has been taken of a line whose end has not come, and where in the chunks that is: a read that was given up goes on there.
    private readonly List<byte> _begun = [];
    private bool _afterData;
    private bool _inTrailers;
    private Task<Arrival>? _ahead;

    private enum Framing
    {
        Length,
        Chunked,
        UntilClose,
    }

    /// <summary>Trailer lines of the last chunked body.</summary>
    public List<string> Trailers { get; } = [];

    /// <summary>Why the framing of a body was wrong; null when it was not.</summary>
    public string? FramingError { get; private set; }

    /// <summary>How the connection itself ended; null while it has not.</summary>
    public Arrival? Closed { get; private set; }

    /// <summary>The next byte that has come and is not read yet; null when there is none.</summary>
    public byte? Next => _start < _end ? _buffer[_start] : null;

    /// <summary>What has come of a head whose blank line has not.</summary>
    public string HeadSoFar => Bytes.Text(CollectionsMarshal.AsSpan(_head));

    /// <summary>Reads a head up to its blank line; null when the peer closed before its end (<see cref="Closed"/> says how).</summary>
    public async Task<MessageHead?> ReadHeadAsync(CancellationToken cancellation)
    {
        while (_head.Count < MostHeadBytes)
        {
            while (_start < _end)
            {
                _head.Add(_buffer[_start++]);
                if (_head is [.., 13, 10, 13, 10])
                {
                    var raw = Bytes.Text(_head.ToArray().AsSpan(0, _head.Count - 4));
                    _head.Clear();
                    return MessageHead.Parse(raw);
                }
            }

            if (await FillAsync(cancellation) != Arrival.Bytes)
            {
                return null;
            }
        }

        throw new IOException("a head of more than 1 MiB");
    }

    /// <summary>Says how the body after a request's head is framed.</summary>
    public void BeginRequestBody(MessageHead head) => Begin(head, withoutFraming: Framing.Length);

    /// <summary>Says how the body after a response's head is framed.</summary>
    public void BeginResponseBody(MessageHead head, bool noBody) => Begin(head, noBody ? null : Framing.UntilClose);

    /// <summary>Reads the next bytes of the body without its framing. Zero bytes mean the end, and then the ending is set.</summary>
    public async Task<(int Count, Ending? Ending)> ReadBodyAsync(Memory<byte> into, CancellationToken cancellation)
    {
        if (_framing == Framing.Chunked && _left == 0 && await NextChunkAsync(cancellation) is { } ending)
        {
            return (0, ending);
        }

        if (_framing != Framing.UntilClose && _left == 0)
        {
            return (0, Ending.Clean);
        }

        if (_start == _end)
        {
            var arrival = await FillAsync(cancellation);
            if (arrival == Arrival.Reset)
            {
                return (0, Ending.Reset);
            }

            if (arrival == Arrival.Fin)
            {
                return (0, _framing == Framing.UntilClose ? Ending.Clean : Ending.Unclean);
            }
        }

        var count = Math.Min(into.Length, _end - _start);
        if (_framing != Framing.UntilClose)
        {
            count = (int)Math.Min(count, _left);
            _left -= count;
        }

        _buffer.AsMemory(_start, count).CopyTo(into);
        _start += count;
        return (count, null);
    }

    /// <summary>Waits for the next bytes without taking them, so that the end of an idle connection is seen. What comes is read later.</summary>
    public Task<Arrival> LookAheadAsync(CancellationToken cancellation)
    {
        if (_start < _end)
        {
            return Task.FromResult(Arrival.Bytes);
        }

        if (_ahead is { IsCompletedSuccessfully: true, Result: Arrival.Bytes })
        {
            // Those have been read since.
            _ahead = null;
        }

        return (_ahead ??= ReceiveAsync(CancellationToken.None)).WaitAsync(cancellation);
    }

    /// <summary>Reads and drops whatever comes until the peer closes its side.</summary>
    public async Task<Arrival> ReadUntilClosedAsync(CancellationToken cancellation)
    {
        while (true)
        {
            _start = _end;
            if (await FillAsync(cancellation) is var arrival && arrival != Arrival.Bytes)
            {
                return arrival;
            }
        }
    }

    private void Begin(MessageHead head, Framing? withoutFraming)
    {
        (_afterData, _inTrailers) = (false, false);
        _begun.Clear();
        _left = 0;
        FramingError = null;
        Trailers.Clear();
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

    // Steps to the next chunk's data; an ending when there is none.
    private async Task<Ending?> NextChunkAsync(CancellationToken cancellation)
    {
        if (_afterData)
        {
            var (afterData, closed) = await ReadLineAsync(cancellation);
            if (closed is not null)
            {
                return closed;
            }

            if (afterData!.Length > 0)
            {
                FramingError = $"no line end after a chunk's data but {Bytes.Escape(Bytes.Of(afterData), 40)}";
                return Ending.Unclean;
            }

            _afterData = false;
        }

        if (!_inTrailers)
        {
            var (line, ending) = await ReadLineAsync(cancellation);
            if (ending is not null)
            {
                return ending;
            }

            if (!long.TryParse(line!.Split(';')[0].Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _left) || _left < 0)
            {
                _left = 0;
                FramingError = $"no chunk size: {Bytes.Escape(Bytes.Of(line), 40)}";
                return Ending.Unclean;
            }

            (_afterData, _inTrailers) = (_left > 0, _left == 0);
        }

        while (_inTrailers)
        {
            var (trailer, broken) = await ReadLineAsync(cancellation);
            if (broken is not null)
            {
                return broken;
            }

            if (trailer!.Length > 0)
            {
                Trailers.Add(trailer);
                continue;
            }

            (_framing, _left, _inTrailers) = (Framing.Length, 0, false);
            return Ending.Clean;
        }

        return null;
    }

    private async Task<(string? Line, Ending? Ending)> ReadLineAsync(CancellationToken cancellation)
    {
        while (true)
        {
            while (_start < _end)
            {
                _begun.Add(_buffer[_start++]);
                if (_begun is [.., 13, 10])
                {
                    return (Bytes.Text(TakeBegun().AsSpan(..^2)), null);
                }

                if (_begun.Count > 64 * 1024)
                {
                    FramingError = "a chunk's line of more than 64 KiB";
                    return (null, Ending.Unclean);
                }
            }

            var arrival = await FillAsync(cancellation);
            if (arrival != Arrival.Bytes)
            {
                return (null, arrival == Arrival.Fin ? Ending.Unclean : Ending.Reset);
            }
        }
    }

    private byte[] TakeBegun()
    {
        var taken = _begun.ToArray();
        _begun.Clear();
        return taken;
    }

    private async Task<Arrival> FillAsync(CancellationToken cancellation)
    {
        if (_ahead is { } ahead)
        {
            var arrival = await ahead.WaitAsync(cancellation);
            _ahead = null;
            if (arrival != Arrival.Bytes || _start < _end)
            {
                return arrival;
            }
        }

        return await ReceiveAsync(cancellation);
    }

    private async Task<Arrival> ReceiveAsync(CancellationToken cancellation)
    {
        try
        {
            var count = await connection.ReadAsync(_buffer, cancellation);
            (_start, _end) = (0, count);
            if (count > 0)
            {
                line?.Received(_buffer.AsSpan(0, count));
                return Arrival.Bytes;
            }

            line?.Note("peer closed (FIN)");
            Closed = Arrival.Fin;
            return Arrival.Fin;
        }
        catch (Exception broken) when (broken is IOException or ObjectDisposedException or System.Net.Sockets.SocketException)
        {
            line?.Note($"connection broken ({broken.GetBaseException().Message})");
            Closed = Arrival.Reset;
            return Arrival.Reset;
        }
    }
}

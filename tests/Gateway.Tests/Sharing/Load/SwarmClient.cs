using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Gateway.Tests.Sharing.Load;

/// <summary>
/// One of thousands of clients: a socket, a small buffer, and no task. It checks every event as it comes: its id is the last one counted up by one, or what is
/// missing was told of in the frame before.
/// </summary>
internal sealed class SwarmClient : IDisposable
{
    private const int BufferBytes = 4096;

    private readonly Swarm _swarm;
    private readonly SocketAsyncEventArgs _io = new();
    private readonly byte[] _buffer = new byte[BufferBytes];
    private readonly EventReader _reader = new();
    private Socket? _socket;
    private int _left;

    // What the notice said that the next event is; zero without one.
    private int _resumesAt;
    private bool _expectsGap;

    public SwarmClient(Swarm swarm)
    {
        _swarm = swarm;
        _io.RemoteEndPoint = swarm.Server;
        _io.Completed += (_, _) => Go(_io.LastOperation == SocketAsyncOperation.Connect);
    }

    /// <summary>The id of the last event; zero before the first.</summary>
    public int Last { get; private set; }

    public int Received { get; private set; }

    /// <summary>Events that it was told it will not get.</summary>
    public int Missed { get; private set; }

    /// <summary>Notices of a gap.</summary>
    public int Gaps { get; private set; }

    /// <summary>True when it has the head of the answer and is not away.</summary>
    public bool IsOpen => _reader.HasHead;

    /// <summary>When it comes back, by the upstream's last id; for the swarm.</summary>
    public int ComesBackAt { get; set; }

    /// <summary>Connects, with its last id if it has one.</summary>
    /// <param name="events">After how many events it drops the connection; zero is never.</param>
    public void Connect(int events)
    {
        _left = events;
        _reader.Reset();
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _socket.LingerState = new LingerOption(true, 0);

        // What is in it would be sent.
        _io.SetBuffer(default);
        if (!_socket.ConnectAsync(_io)) ThreadPool.UnsafeQueueUserWorkItem(static client => client.Go(connected: true), this, preferLocal: false);
    }

    public void Dispose()
    {
        _socket?.Dispose();
        _io.Dispose();
    }

    private void Go(bool connected)
    {
        try
        {
            if (_io.SocketError != SocketError.Success) throw new SocketException((int)_io.SocketError);
            if (connected) Ask();
            else if (!Take()) return;
            while (!_socket!.ReceiveAsync(_io))
            {
                if (_io.SocketError != SocketError.Success) throw new SocketException((int)_io.SocketError);
                if (!Take()) return;
            }
        }
        catch (Exception fault)
        {
            _swarm.Fail($"after {Last}: {fault.Message}");
        }
    }

    private void Ask()
    {
        var cursor = Last == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"Last-Event-ID: {Last}\r\n");
        _socket!.Send(Encoding.ASCII.GetBytes($"GET {_swarm.Path} HTTP/1.1\r\nHost: gateway\r\nAccept: text/event-stream\r\n{cursor}\r\n"));
        _io.SetBuffer(_buffer);
    }

    // False when it has dropped its connection.
    private bool Take()
    {
        if (_io.BytesTransferred == 0) throw new IOException("the gateway has closed the connection");
        _reader.Add(_buffer.AsMemory(0, _io.BytesTransferred));
        while (_reader.TryRead(out var id, out var notice))
        {
            if (_reader.Resume is { } resume)
            {
                _reader.Resume = null;
                _expectsGap = resume == "gap";
                if (resume != (Last == 0 ? "live" : "exact") && !_expectsGap) throw new InvalidDataException($"Sse-Resume: {resume}");
            }

            if (notice is not null) Note(notice);
            else Count(id);
            if (_left > 0 && notice is null && --_left == 0)
            {
                _socket!.Dispose();
                _reader.Reset();
                _swarm.Dropped(this);
                return false;
            }
        }

        return true;
    }

    private void Note(string notice)
    {
        var gap = JsonDocument.Parse(notice).RootElement;
        if (gap.GetProperty("after").GetString() != Last.ToString(CultureInfo.InvariantCulture)) throw new InvalidDataException($"{notice} after {Last}");
        if (_resumesAt != 0) throw new InvalidDataException($"a second notice {notice}");
        _resumesAt = int.Parse(gap.GetProperty("resumedAt").GetString()!, CultureInfo.InvariantCulture);
        _expectsGap = false;
        Gaps++;
    }

    private void Count(int id)
    {
        if (_expectsGap) throw new InvalidDataException("Sse-Resume: gap, and no notice");
        if (Last == 0 && Received == 0) Last = id - 1;
        if (_resumesAt != 0 ? id != _resumesAt : id != Last + 1) throw new InvalidDataException($"id {id}, told of {_resumesAt}");
        Missed += id - Last - 1;
        (Last, _resumesAt) = (id, 0);
        Received++;
    }
}

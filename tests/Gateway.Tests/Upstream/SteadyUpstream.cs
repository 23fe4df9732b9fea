using System.Net;
using System.Net.Sockets;
using SseGateway.Harness.Wire;

namespace Gateway.Tests.Upstream;

/// <summary>Answers every request with an event stream by itself, for loads too large for a script: events at once, and as many more at intervals or when it is
/// told to.</summary>
internal sealed class SteadyUpstream : IAsyncDisposable
{
    /// <summary>What events are full of. No head has it.</summary>
    public const byte Letter = (byte)'~';

    private static readonly byte[] Head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray();

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stopping = new();
    private readonly byte[] _events;
    private readonly TimeSpan? _interval;
    private readonly Task _accepting;
    private TaskCompletionSource _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _accepted;

    private SteadyUpstream(int bytes, TimeSpan? interval, int atOnce)
    {
        byte[] frame = [.. "data: "u8, .. Enumerable.Repeat(Letter, bytes), .. "\n\n"u8];
        byte[] one = [.. Bytes.Exactly($"{frame.Length:x}\r\n"), .. frame, .. "\r\n"u8];
        _events = [.. Enumerable.Repeat(one, atOnce).SelectMany(chunk => chunk)];
        _interval = interval;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(4096);
        _accepting = AcceptAsync();
    }

    public string Url => $"http://{_listener.LocalEndPoint}";

    /// <summary>Connections so far.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Events without end, each of so many <see cref="Letter"/>s.</summary>
    public static SteadyUpstream Start(int bytes, TimeSpan interval) => new(bytes, interval, atOnce: 1);

    /// <summary>Events that come when <see cref="SendMore"/> says so, some of them at once.</summary>
    public static SteadyUpstream StartTold(int bytes, int atOnce) => new(bytes, interval: null, atOnce);

    /// <summary>Events on all streams there are.</summary>
    public void SendMore() => Interlocked.Exchange(ref _told, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            var socket = await _listener.AcceptAsync(_stopping.Token);
            Interlocked.Increment(ref _accepted);
            _ = ServeAsync(socket);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                var buffer = new byte[4096];
                while (await ReadRequestAsync(socket, buffer))
                {
                    var told = _told.Task;
                    await socket.SendAsync((byte[])[.. Head, .. _events], _stopping.Token);
                    while (true)
                    {
                        await (_interval is { } interval ? Task.Delay(interval, _stopping.Token) : told.WaitAsync(_stopping.Token));
                        told = _told.Task;
                        await socket.SendAsync(_events, _stopping.Token);
                    }
                }
            }
            catch (Exception gone) when (gone is SocketException or OperationCanceledException)
            {
                // The gateway let it go, or the test is over.
            }
        }
    }

    private async Task<bool> ReadRequestAsync(Socket socket, byte[] buffer)
    {
        var length = 0;
        while (!buffer.AsSpan(0, length).EndsWith("\r\n\r\n"u8))
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(length), _stopping.Token);
            if (read == 0)
            {
                return false;
            }

            length += read;
        }

        return true;
    }
}

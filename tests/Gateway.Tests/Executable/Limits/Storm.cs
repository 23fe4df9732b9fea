using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Gateway.Tests.Client;
using Gateway.Tests.Wire;
using SseGateway.Harness.Wire;

namespace Gateway.Tests.Executable.Limits;

/// <summary>Many clients that come at once, as after a network was away: each asks for a stream, and keeps what it gets until the storm is over.</summary>
internal sealed class Storm : IDisposable
{
    private const int AtOnce = 30;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly Socket[] _sockets;
    private readonly bool _tls;
    private readonly int[] _outcomes = new int[3];

    private Storm(int clients, bool tls = false) =>
        (_tls, _sockets) = (tls, [.. Enumerable.Range(0, clients).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))]);

    private enum Outcome
    {
        Live,
        Refused,
        Closed,
    }

    /// <summary>Clients that have a stream.</summary>
    public int Live => _outcomes[(int)Outcome.Live];

    /// <summary>Clients that were told when to come again.</summary>
    public int Refused => _outcomes[(int)Outcome.Refused];

    /// <summary>Clients whose connection was closed without an answer.</summary>
    public int Closed => _outcomes[(int)Outcome.Closed];

    /// <summary>Has that many clients come, 3,000 a second.</summary>
    /// <param name="gateway">Where to.</param>
    /// <param name="clients">How many.</param>
    /// <param name="fields">Of their requests; not given, they are EventSources.</param>
    /// <returns>When each of them knows what it has.</returns>
    public static Task<Storm> RaiseAsync(IPEndPoint gateway, int clients, params string[] fields) => RaiseAsync(new Storm(clients), gateway, fields);

    /// <summary>As the other, over TLS.</summary>
    public static Task<Storm> RaiseOverTlsAsync(IPEndPoint gateway, int clients) => RaiseAsync(new Storm(clients, tls: true), gateway, []);

    private static async Task<Storm> RaiseAsync(Storm storm, IPEndPoint gateway, string[] fields)
    {
        var request = Bytes.Exactly(
            $"GET /events HTTP/1.1\r\nHost: h\r\n{string.Join("\r\n", fields.Length > 0 ? fields : Browser.EventSourceFields)}\r\n\r\n");
        var all = new List<Task>();
        foreach (var some in storm._sockets.Chunk(AtOnce))
        {
            all.AddRange(some.Select(socket => storm.AskAsync(socket, gateway, request)));
            await Task.Delay(Pause);
        }

        await Deadline.ForAsync(Task.WhenAll(all), "an answer to each of the clients of a storm, or the end of its connection");
        return storm;
    }

    /// <summary>Connects that many clients that say nothing.</summary>
    public static async Task<Storm> LoiterAsync(IPEndPoint gateway, int clients)
    {
        var storm = new Storm(clients);
        foreach (var some in storm._sockets.Chunk(AtOnce))
        {
            await Task.WhenAll(some.Select(socket => socket.ConnectAsync(gateway)));
            await Task.Delay(Pause);
        }

        return storm;
    }

    public void Dispose()
    {
        foreach (var socket in _sockets)
        {
            socket.LingerState = new LingerOption(true, 0);
            socket.Dispose();
        }
    }

    private async Task AskAsync(Socket socket, IPEndPoint gateway, byte[] request)
    {
        var outcome = await AnswerAsync(socket, gateway, request);
        Interlocked.Increment(ref _outcomes[(int)outcome]);
    }

    private async Task<Outcome> AnswerAsync(Socket socket, IPEndPoint gateway, byte[] request)
    {
        try
        {
            await socket.ConnectAsync(gateway);
            var stream = await OpenAsync(socket);
            await stream.WriteAsync(request);
            var buffer = new byte[4096];
            var length = 0;
            while (true)
            {
                var read = await stream.ReadAsync(buffer.AsMemory(length));
                if (read == 0)
                {
                    return Outcome.Closed;
                }

                length += read;
                var text = Bytes.Text(buffer.AsSpan(0, length));
                if (text.Contains("gateway.refused", StringComparison.Ordinal) || text.StartsWith("HTTP/1.1 503", StringComparison.Ordinal))
                {
                    return Outcome.Refused;
                }

                if (text.Contains("data: ~", StringComparison.Ordinal))
                {
                    return Outcome.Live;
                }
            }
        }
        catch (Exception cut) when (cut is IOException or SocketException)
        {
            return Outcome.Closed;
        }
    }

    private async Task<Stream> OpenAsync(Socket socket)
    {
        var plain = new NetworkStream(socket, ownsSocket: false);
        if (!_tls)
        {
            return plain;
        }

        var stream = new SslStream(plain);
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.Subject == "CN=localhost",
        });
        return stream;
    }
}

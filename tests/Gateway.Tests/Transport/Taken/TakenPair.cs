using System.Net;
using System.Net.Sockets;
using Gateway.Tests.Wire;
using SseGateway.Transport.Taken;
using Xunit;

namespace Gateway.Tests.Transport.Taken;

/// <summary>A connection over loopback, as a server has it that waits for its client's next bytes, and then taken.</summary>
internal sealed class TakenPair : ITakenOwner, IDisposable
{
    private int _told;

    private TakenPair(Socket server, Socket client, Task<int> reading) => (Server, Client, Reading) = (server, client, reading);

    /// <summary>The server's, which leads nowhere once it is taken.</summary>
    public Socket Server { get; }

    public Socket Client { get; }

    /// <summary>What the server waits for.</summary>
    public Task<int> Reading { get; }

    public TakenSocket Taken { get; private set; } = null!;

    public bool IsGone => Volatile.Read(ref _told) > 0;

    /// <param name="bufferBytes">What the kernel may hold for the client, about; 0 leaves it as it is.</param>
    public static async Task<TakenPair> ConnectAsync(int bufferBytes = 0)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (bufferBytes > 0) client.ReceiveBufferSize = bufferBytes;
        await client.ConnectAsync(listener.LocalEndPoint!, TestContext.Current.CancellationToken);
        var server = await listener.AcceptAsync(TestContext.Current.CancellationToken);
        if (bufferBytes > 0) server.SendBufferSize = bufferBytes;
        return new(server, client, server.ReceiveAsync(new byte[1]));
    }

    public static async Task<TakenPair> TakeAsync(int bufferBytes = 0)
    {
        var pair = await ConnectAsync(bufferBytes);
        pair.Taken = TakenSocket.TryTake(pair.Server) ?? throw new InvalidOperationException("It was not taken.");
        return pair;
    }

    public static async Task<TakenPair> WatchAsync(int bufferBytes = 0)
    {
        var pair = await TakeAsync(bufferBytes);
        pair.Taken.Watch(pair);
        return pair;
    }

    public Task UntilGoneAsync() => Deadline.UntilAsync(() => IsGone, "the client is gone");

    /// <summary>What the client gets, to the end.</summary>
    public async Task<byte[]> ReadToEndAsync()
    {
        using var received = new MemoryStream();
        await using var stream = new NetworkStream(Client);
        await Deadline.ForAsync(stream.CopyToAsync(received, TestContext.Current.CancellationToken));
        return received.ToArray();
    }

    void ITakenOwner.NoteGone() => Interlocked.Increment(ref _told);

    public void Dispose()
    {
        Taken?.Dispose();
        Server.Dispose();
        Client.Dispose();
    }
}

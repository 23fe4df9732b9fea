using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using SseGateway.Transport.Client;

namespace Gateway.Tests.Transport.Client;

/// <summary>A <see cref="SocketPipeWriter"/> on one end of a TCP connection over loopback, and the other end.</summary>
internal sealed class DirectConnection : DefaultConnectionContext, IDuplexPipe, IDisposable
{
    private readonly Pipe _input = new();
    private readonly Pipe _transportOutput = new();
    private readonly Socket _socket;

    /// <param name="sendBufferBytes">What the kernel may hold for the peer, about; 0 leaves it as it is.</param>
    public DirectConnection(int sendBufferBytes = 0)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        Peer = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (sendBufferBytes > 0)
        {
            Peer.ReceiveBufferSize = sendBufferBytes;
        }

        Peer.Connect(listener.LocalEndPoint!);
        _socket = listener.Accept();
        _socket.NoDelay = true;
        if (sendBufferBytes > 0)
        {
            _socket.SendBufferSize = sendBufferBytes;
        }

        Transport = this;
        Handover = new Handover(this, _socket);
    }

    public Handover Handover { get; }

    public SocketPipeWriter Writer => Handover.Output;

    /// <summary>The client's end.</summary>
    public Socket Peer { get; }

    /// <summary>Why the connection was aborted; null when it was not.</summary>
    public ConnectionAbortedException? AbortReason { get; private set; }

    /// <summary>Ends when the transport's own output, which is what closes the connection, is completed.</summary>
    public PipeReader TransportOutput => _transportOutput.Reader;

    PipeReader IDuplexPipe.Input => _input.Reader;

    PipeWriter IDuplexPipe.Output => _transportOutput.Writer;

    /// <summary>What the transport does when its output is completed.</summary>
    public void CloseSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Ends the connection and gives everything that has come to the client.</summary>
    public byte[] ReadAll()
    {
        Writer.Complete();
        CloseSending();
        using var stream = new NetworkStream(Peer);
        using var received = new MemoryStream();
        stream.CopyTo(received);
        return received.ToArray();
    }

    /// <summary>Segments with data that have come to the client: one for each send, as long as it is small and nothing waits to be sent.</summary>
    public int ReceivedSegments()
    {
        // tcp_info.tcpi_data_segs_in, by linux/tcp.h.
        const int Tcp = 6;
        const int Info = 11;
        const int DataSegmentsIn = 152;
        var info = new byte[256];
        Peer.GetRawSocketOption(Tcp, Info, info);
        return BitConverter.ToInt32(info, DataSegmentsIn);
    }

    public override void Abort(ConnectionAbortedException abortReason) => AbortReason = abortReason;

    public void Dispose()
    {
        Peer.Dispose();
        _socket.Dispose();
    }
}

using System.Net;
using System.Net.Sockets;
using System.Text;
using LoadTests.Measures;

namespace LoadTests.Scenarios.Fleet;

/// <summary>
/// A <c>PUBLISH</c> and its message, again and again, on bare sockets of their own: what the machine and its Redis take at least at that moment. On a thread
/// that does nothing else.
/// </summary>
internal sealed class PublishRoundTrip : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static readonly byte[] Publish = Encoding.ASCII.GetBytes("*3\r\n$7\r\nPUBLISH\r\n$10\r\nloadtests:\r\n$1\r\n.\r\n");
    private static readonly byte[] Subscribe = Encoding.ASCII.GetBytes("*2\r\n$9\r\nSUBSCRIBE\r\n$10\r\nloadtests:\r\n");
    private static readonly int MessageBytes = "*3\r\n$7\r\nmessage\r\n$10\r\nloadtests:\r\n$1\r\n.\r\n".Length;
    private static readonly int AnswerBytes = ":1\r\n".Length;

    private readonly Socket _tells = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly Socket _hears = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly Timing _timing = new("PUBLISH and its message");
    private readonly Thread _thread;
    private volatile bool _isOver;

    /// <param name="redis">Where it listens.</param>
    public PublishRoundTrip(IPEndPoint redis)
    {
        _tells.Connect(redis);
        _hears.Connect(redis);
        _hears.Send(Subscribe);
        Read(_hears, "*3\r\n$9\r\nsubscribe\r\n$10\r\nloadtests:\r\n:1\r\n".Length);
        _thread = new Thread(Run) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>Ends it.</summary>
    public TimingSummary Summarize()
    {
        End();
        return _timing.Summarize();
    }

    public void Dispose()
    {
        End();
        _tells.Dispose();
        _hears.Dispose();
    }

    private void End()
    {
        _isOver = true;
        _thread.Join();
    }

    private void Run()
    {
        try
        {
            for (; !_isOver; Thread.Sleep(Pause))
            {
                var sent = TimeProvider.System.GetTimestamp();
                _tells.Send(Publish);
                Read(_hears, MessageBytes);
                _timing.Record(TimeProvider.System.GetElapsedTime(sent));
                Read(_tells, AnswerBytes);
            }
        }
        catch (Exception gone) when (gone is IOException or SocketException)
        {
            // Redis has ended: the run shows it by itself.
        }
    }

    private static void Read(Socket socket, int count)
    {
        Span<byte> bytes = stackalloc byte[64];
        for (var read = 0; read < count;)
        {
            var some = socket.Receive(bytes[..(count - read)]);
            read += some > 0 ? some : throw new IOException("Redis has closed a connection");
        }
    }
}

using Gateway.Tests.Wire;
using SseGateway.Transport.Client;
using Xunit;

namespace Gateway.Tests.Transport.Client;

public sealed class NonBlockingSendTests
{
    private readonly byte[] _large = new byte[8 * 1024 * 1024];

    [Fact]
    public void What_the_kernel_takes_is_sent()
    {
        using var connection = new DirectConnection();

        Assert.Equal(OperatingSystem.IsLinux() ? 5 : 0, NonBlockingSend.Send(connection.Writer.Handle, "event"u8));

        Assert.Equal(OperatingSystem.IsLinux() ? "event"u8.ToArray() : [], connection.ReadAll());
    }

    [Fact]
    public void A_peer_that_does_not_read_is_not_waited_for()
    {
        using var connection = new DirectConnection(sendBufferBytes: 4096);

        Assert.InRange(NonBlockingSend.Send(connection.Writer.Handle, _large), 0, _large.Length - 1);

        while (NonBlockingSend.Send(connection.Writer.Handle, _large) > 0)
        {
            // Until the kernel takes no more.
        }

        Assert.Equal(0, NonBlockingSend.Send(connection.Writer.Handle, "event"u8));
    }

    [Fact]
    public async Task Nothing_is_sent_to_a_peer_that_has_reset_and_no_signal_comes()
    {
        using var connection = new DirectConnection();
        connection.Peer.LingerState = new(enable: true, seconds: 0);
        connection.Peer.Dispose();

        await Deadline.UntilAsync(() => NonBlockingSend.Send(connection.Writer.Handle, "event"u8) == 0);

        Assert.Equal(0, NonBlockingSend.Send(connection.Writer.Handle, "event"u8));
    }

    [Fact]
    public void Nothing_is_sent_on_a_handle_that_is_closed()
    {
        var connection = new DirectConnection();
        connection.Dispose();

        Assert.Equal(0, NonBlockingSend.Send(connection.Writer.Handle, "event"u8));
    }
}

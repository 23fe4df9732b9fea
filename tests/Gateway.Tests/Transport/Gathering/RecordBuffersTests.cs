using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Gateway.Tests.Tls;
using Gateway.Tests.Wire;
using SseGateway.Transport.Gathering;
using Xunit;

namespace Gateway.Tests.Transport.Gathering;

/// <summary>
/// That OpenSSL can be told to let go of its buffers hangs on names inside .NET: when this fails with a new version, a connection of TLS costs 33 KB more.
/// </summary>
public sealed class RecordBuffersTests
{
    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Buffers_of_a_connection_can_be_let_go_of_and_every_byte_passes_all_the_same()
    {
        using var certificate = new OwnCertificate();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, Test);
        using var accepted = await listener.AcceptTcpClientAsync(Test);
        await using var ours = new SslStream(accepted.GetStream());
        await using var theirs = new SslStream(client.GetStream());
        await Deadline.ForAsync(Task.WhenAll(
            ours.AuthenticateAsServerAsync(certificate.Served, Test), theirs.AuthenticateAsClientAsync(certificate.Trusted, Test)));

        Assert.True(RecordBuffers.ReleaseWhenEmpty(ours));

        foreach (var length in new[] { 1, 100, 16 * 1024, 100_000, 7 })
        {
            await PassAsync(ours, theirs, length);
            await PassAsync(theirs, ours, length);
        }
    }

    private static async Task PassAsync(SslStream from, SslStream to, int length)
    {
        var (sent, received) = (new byte[length], new byte[length]);
        new Random(length).NextBytes(sent);
        var sending = from.WriteAsync(sent, Test).AsTask();
        await Deadline.ForAsync(to.ReadExactlyAsync(received, Test).AsTask());
        await sending;
        Assert.Equal(sent, received);
    }
}

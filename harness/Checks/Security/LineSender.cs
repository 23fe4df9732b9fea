using System.Net.Sockets;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Security;

/// <summary>Writes a line without end as long as it is taken.</summary>
internal sealed class LineSender(OriginExchange exchange)
{
    private long _sent;

    public long Sent => Interlocked.Read(ref _sent);

    public async Task SendAsync(long length, CancellationToken cancellation)
    {
        var piece = Bytes.Of(new string('x', 64 * 1024));
        try
        {
            await exchange.SendAsync("data: ", cancellation);
            while (Sent < length)
            {
                await exchange.SendAsync(piece, cancellation);
                Interlocked.Add(ref _sent, piece.Length);
            }
        }
        catch (Exception gone) when (
            gone is IOException or SocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            // Let go, by the target or by the case.
        }
    }
}

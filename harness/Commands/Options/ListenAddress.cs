using System.Net;

namespace SseGateway.Harness.Commands.Options;

/// <summary>Addresses on the command line.</summary>
internal static class ListenAddress
{
    /// <exception cref="UsageException">It is no address with a port.</exception>
    public static IPEndPoint Parse(string option, string text) =>
        IPEndPoint.TryParse(text, out var address)
            ? address : throw new UsageException($"{option}: must be an address and a port such as 127.0.0.1:8900, got {text}");

    /// <exception cref="UsageException">The address is taken, or not this machine's.</exception>
    public static async Task<T> ListenAsync<T>(string option, string text, Func<IPEndPoint, Task<T>> start)
    {
        try
        {
            return await start(Parse(option, text));
        }
        catch (Exception taken) when (taken is System.Net.Sockets.SocketException or IOException)
        {
            throw new UsageException($"{option} {text}: {taken.Message}");
        }
    }
}

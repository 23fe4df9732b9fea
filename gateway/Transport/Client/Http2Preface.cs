using System.Buffers;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace SseGateway.Transport.Client;

/// <summary>
/// Lets a client speak HTTP/2 on an endpoint without TLS that takes HTTP/1.1 too, by the preface with which it begins (RFC 9113 section 3.3, prior
/// knowledge: gRPC, a balancer that has ended TLS). Kestrel goes by ALPN alone, which needs TLS, and takes such an endpoint for one of HTTP/1.1; so it is
/// told by a feature of the connection, as it tells itself for host names with versions of their own.
/// </summary>
internal static class Http2Preface
{
    // Both are Kestrel's own and not public in .NET 10. Where they are called otherwise the endpoint stays one of HTTP/1.1, and PrefaceTests say so.
    private static readonly Type? Feature = typeof(ListenOptions).Assembly.GetType("Microsoft.AspNetCore.Server.Kestrel.Core.Internal.HttpProtocolsFeature");
    private static readonly object? Http2Alone = Feature is null ? null : Activator.CreateInstance(Feature, HttpProtocols.Http2);

    // The rest of it Kestrel checks. No method of HTTP/1.1 begins like this.
    private static ReadOnlySpan<byte> Beginning => "PRI * HTTP/2.0\r\n"u8;

    /// <summary>True where both are taken and TLS does not say which. To be asked when the endpoint's configuration is complete.</summary>
    public static bool DecidesOn(ListenOptions endpoint) =>
        Http2Alone is not null && endpoint.Protocols.HasFlag(HttpProtocols.Http1) && endpoint.Protocols.HasFlag(HttpProtocols.Http2) && !IsTls(endpoint);

    /// <summary>True for a connection that speaks HTTP/2 without TLS. To be asked when it has begun.</summary>
    public static bool IsOn(ConnectionContext connection, ListenOptions endpoint) =>
        !IsTls(endpoint) && (endpoint.Protocols == HttpProtocols.Http2 || (Feature is not null && connection.Features[Feature] == Http2Alone));

    /// <summary>
    /// Waits for the client's first bytes, which stay where they are. Until then there is nothing of the server's HTTP layer, nor of its deadlines.
    /// </summary>
    /// <param name="connection">Not served yet.</param>
    /// <param name="began">Called when the client has said something, but not enough to tell.</param>
    /// <returns>False when the connection is over.</returns>
    public static async ValueTask<bool> ReadAsync(ConnectionContext connection, Action began)
    {
        var input = connection.Transport.Input;

        // A server that stops does not wait for those who say nothing.
        await using var stop = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested
            .UnsafeRegister(static connection => ((ConnectionContext)connection!).Transport.Input.CancelPendingRead(), connection) ?? default;
        try
        {
            while (true)
            {
                var read = await input.ReadAsync(CancellationToken.None);
                var buffer = read.Buffer;
                var (isWhole, isBeginning) = Compare(buffer);
                if (!isBeginning || isWhole || read.IsCompleted || read.IsCanceled)
                {
                    if (isWhole)
                    {
                        connection.Features[Feature!] = Http2Alone;
                    }

                    input.AdvanceTo(buffer.Start);
                    return true;
                }

                input.AdvanceTo(buffer.Start, buffer.End);
                began();
            }
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The client has left, or has taken too long.
            return false;
        }
    }

    private static (bool IsWhole, bool IsBeginning) Compare(in ReadOnlySequence<byte> buffer)
    {
        Span<byte> first = stackalloc byte[Beginning.Length];
        var length = (int)Math.Min(buffer.Length, first.Length);
        buffer.Slice(0, length).CopyTo(first);
        return (length == first.Length && first.SequenceEqual(Beginning), first[..length].SequenceEqual(Beginning[..length]));
    }

    // Kestrel does not say it to the outside. A connection of TLS has a deadline of its own for its first bytes, which would only begin behind this one's.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_IsTls")]
    public static extern bool IsTls(ListenOptions endpoint);
}

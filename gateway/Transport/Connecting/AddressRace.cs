using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using SseGateway.Configuration.Syntax;
using SseGateway.Streams.Budgets.Files;
using SseGateway.Transport.Client;

namespace SseGateway.Transport.Connecting;

/// <summary>
/// Connects to an upstream by name. One address after the other is tried, the next one as soon as one has failed or has had a head start; the first
/// that stands is taken (RFC 8305). So a host that is down costs a quarter of a second, and while it is remembered nothing.
/// </summary>
internal sealed class AddressRace(INameResolver names, TimeProvider time, FileBudget files)
{
    // RFC 8305 section 5 recommends it: longer than a way round the world, too short to be noticed.
    private static readonly TimeSpan HeadStart = TimeSpan.FromMilliseconds(250);

    private readonly LaggingAddresses _lagging = new(time);

    /// <summary>Connects, until it is told that it has taken too long.</summary>
    /// <exception cref="SocketException">The name has no address, or none can be connected to.</exception>
    public async ValueTask<Socket> ConnectAsync(DnsEndPoint upstream, CancellationToken cancellationToken)
    {
        if (UpstreamAddress.SocketOf(upstream.Host) is { } path)
        {
            return await AttemptAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
        }

        if (IPAddress.TryParse(upstream.Host, out var only))
        {
            return await AttemptAsync(new IPEndPoint(only, upstream.Port), cancellationToken);
        }

        var addresses = _lagging.Order(await names.ResolveAsync(upstream.Host, cancellationToken), upstream.Port);
        return addresses.Length == 1 ? await AttemptAsync(addresses[0], cancellationToken) : await RaceAsync(addresses, cancellationToken);
    }

    private async Task<Socket> RaceAsync(IPEndPoint[] addresses, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = new List<(IPEndPoint Address, Task<Socket> Attempt)>();
        var next = 0;
        Exception? failure = null;
        try
        {
            while (next < addresses.Length || running.Count > 0)
            {
                if (next < addresses.Length)
                {
                    running.Add((addresses[next], AttemptAsync(addresses[next], over.Token)));
                    next++;
                }

                Task anyOf = Task.WhenAny(running.Select(one => one.Attempt));
                await (next < addresses.Length ? Task.WhenAny(anyOf, Task.Delay(HeadStart, time, over.Token)) : anyOf);
                var done = running.FindIndex(static one => one.Attempt.IsCompleted);
                if (done < 0)
                {
                    continue;
                }

                var (address, attempt) = running[done];
                running.RemoveAt(done);
                try
                {
                    var socket = await attempt;
                    _lagging.Forget(address);

                    // Those before it have had longer.
                    running[..done].ForEach(one => _lagging.Note(one.Address));
                    return socket;
                }
                catch (NoFileLeftException)
                {
                    // Nothing is wrong with the address.
                    throw;
                }
                catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
                {
                    failure ??= exception;
                    _lagging.Note(address);
                }
            }
        }
        finally
        {
            await over.CancelAsync();
            running.ForEach(static one => one.Attempt.ContinueWith(Drop, TaskScheduler.Default));
        }

        ExceptionDispatchInfo.Throw(failure ?? new SocketException((int)SocketError.HostNotFound));
        return null!;
    }

    // It has lost, and may stand all the same.
    private static void Drop(Task<Socket> attempt)
    {
        if (attempt.IsCompletedSuccessfully)
        {
            attempt.Result.Dispose();
        }
        else
        {
            _ = attempt.Exception;
        }
    }

    // With keep-alive, for an upstream that vanishes without a word under a stream that may be silent for hours (catalogue 7.4.12). Such a stream has
    // nothing on its way to the upstream, and requests that have are watched by the deadline of the head.
    private async Task<Socket> AttemptAsync(EndPoint address, CancellationToken cancellationToken)
    {
        var socket = UpstreamSocket.Create(files, address.AddressFamily);
        try
        {
            if (address is IPEndPoint)
            {
                socket.NoDelay = true;
                KeepAlive.Enable(socket, KeepAlive.PingTimeout);
            }

            await socket.ConnectAsync(address, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

using System.Net;
using SseGateway.Harness.Client;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks;

/// <summary>What a case that drives a target has in its hands.</summary>
internal sealed class CheckContext(TargetAddress target, StreamOrigin origin, TargetProfile profile, WireTap tap, int seed, CancellationToken cancellation) : IDisposable
{
    private readonly List<IDisposable> _open = [];

    public TargetAddress Target { get; } = target;

    public StreamOrigin Origin { get; } = origin;

    /// <summary>What the target has declared.</summary>
    public TargetProfile Profile { get; } = profile;

    public WireTap Tap { get; } = tap;

    /// <summary>Of everything random in the case.</summary>
    public int Seed { get; } = seed;

    public CancellationToken Cancellation { get; } = cancellation;

    /// <summary>A path of the origin's that is this case's alone, and the requests that come for it.</summary>
    public OriginRun NewRun() => Keep(Origin.Begin(Tap, Cancellation));

    /// <summary>A connection to the target.</summary>
    public async Task<ClientConnection> ConnectAsync(IPAddress? from = null) => Keep(await ClientConnection.ConnectAsync(Target, Tap, Cancellation, from));

    /// <summary>A request on a connection of its own. <c>Accept: text/event-stream</c> is sent unless another one is given.</summary>
    public async Task<ClientConnection> RequestAsync(string method, string target, IReadOnlyList<string>? fields = null, ReadOnlyMemory<byte>? body = null, IPAddress? from = null)
    {
        var connection = await ConnectAsync(from);
        IReadOnlyList<string> given = fields ?? [];
        string[] accept = given.Any(field => field.StartsWith("Accept:", StringComparison.OrdinalIgnoreCase)) ? [] : ["Accept: text/event-stream"];
        await connection.SendRequestAsync(method, target, [.. accept, .. Profile.Fields, .. given], body);
        return connection;
    }

    /// <summary>A stream through the target: the request, what came of it at the origin with the head of an event stream sent, and the answer's head.</summary>
    public async Task<(OriginExchange Exchange, ClientResponse Response)> OpenAsync(OriginRun? run = null, IReadOnlyList<string>? fields = null)
    {
        run ??= NewRun();
        var connection = await RequestAsync("GET", run.Path, fields);
        var exchange = await run.NextAsync();
        await exchange.StartStreamAsync(Cancellation);
        return (exchange, await connection.ReadResponseAsync());
    }

    /// <summary>The same case at another address of the target's, such as a route that is set up for what is asked.</summary>
    /// <param name="url">Null is the same address.</param>
    /// <param name="bare">True to leave out the field lines that the profile has sent with every request.</param>
    public async Task<CheckContext> AtAsync(Uri? url, bool bare = false)
    {
        var there = url is null ? Target : await TargetAddress.ResolveAsync(url, Cancellation);
        return Keep(new CheckContext(there, Origin, bare ? Profile with { Fields = [] } : Profile, Tap, Seed, Cancellation));
    }

    public T Keep<T>(T opened)
        where T : IDisposable
    {
        lock (_open)
        {
            _open.Add(opened);
        }

        return opened;
    }

    public void Dispose()
    {
        foreach (var opened in Enumerable.Reverse(_open))
        {
            opened.Dispose();
        }
    }
}

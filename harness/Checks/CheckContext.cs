using System.Net;
using SseGateway.Harness.Client;
using SseGateway.Harness.Client.Frames;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks;

/// <summary>What a case that drives a target has in its hands.</summary>
internal sealed class CheckContext(TargetAddress target, StreamOrigin origin, TargetProfile profile, WireTap tap, int seed, CancellationToken cancellation)
    : IDisposable
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

    /// <summary>Whether the target is a server without an origin behind it: no request ever comes to a run.</summary>
    public bool IsDirect => Target.IsServer;

    /// <summary>A path of the origin's that is this case's alone, and the requests that come for it.</summary>
    public OriginRun NewRun() => Keep(Origin.Begin(Tap, Cancellation, IsDirect ? "" : null));

    /// <summary>A connection to the target.</summary>
    public async Task<ClientConnection> ConnectAsync(IPAddress? from = null) => Keep(await ClientConnection.ConnectAsync(Target, Tap, Cancellation, from));

    /// <summary>A request on a connection of its own. <c>Accept: text/event-stream</c> is sent unless another one is given.</summary>
    public async Task<ClientConnection> RequestAsync(string method, string target, IReadOnlyList<string>? fields = null, ReadOnlyMemory<byte>? body = null,
        IPAddress? from = null)
    {
        var connection = await ConnectAsync(from);
        IReadOnlyList<string> given = fields ?? [];
        string[] accept = given.Any(field => field.StartsWith("Accept:", StringComparison.OrdinalIgnoreCase)) ? [] : ["Accept: text/event-stream"];
        await connection.SendRequestAsync(method, target, [.. accept, .. Profile.Fields, .. given], body);
        return connection;
    }

    /// <summary>
    /// A stream through the target: the request, what came of it at the origin with the head of an event stream sent, and the answer, mostly with its
    /// head: a target that holds it back is found out by 7.2.1, and judged by all other cases for what they are about.
    /// </summary>
    public async Task<(OriginExchange Exchange, ClientResponse Response)> OpenAsync(
        OriginRun? run = null, IReadOnlyList<string>? fields = null, string method = "GET", ReadOnlyMemory<byte>? body = null)
    {
        run ??= NewRun();
        var connection = await RequestAsync(method, run.Path, fields, body);
        var exchange = await run.NextAsync();
        await exchange.StartStreamAsync(Cancellation);
        return (exchange, await connection.ReadResponseOrWaitAsync(TargetAnswer.Soon));
    }

    /// <summary>The same case at another address of the target's, such as a route that is set up for what is asked.</summary>
    /// <param name="url">Null is the same address.</param>
    /// <param name="bare">True to leave out the field lines that the profile has sent with every request.</param>
    public async Task<CheckContext> AtAsync(Uri? url, bool bare = false)
    {
        var there = url is null ? Target : await TargetAddress.ResolveAsync(url, Cancellation) with { IsServer = IsDirect };
        return Keep(new CheckContext(there, Origin, bare ? Profile with { Fields = [] } : Profile, Tap, Seed, Cancellation));
    }

    /// <summary>What may be spoken on both sides of the target; h1-h1 is the first.</summary>
    public IReadOnlyList<ProtocolPair> Pairs =>
    [
        new("h1-h1", Target.Url, ClientIsHttp2: false, OriginIsHttp2: false),
        new("h1-h2", Profile.ViaHttp2Origin, ClientIsHttp2: false, OriginIsHttp2: true),
        new("h2-h1", Profile.Http2, ClientIsHttp2: true, OriginIsHttp2: false),
        new("h2-h2", Profile.Http2ViaHttp2Origin, ClientIsHttp2: true, OriginIsHttp2: true),
    ];

    /// <summary>A stream through the target as above, over a pair of protocols that the target has declared.</summary>
    /// <param name="pair">Which; its URL is not null.</param>
    /// <param name="respond">Sends the head; null for that of an event stream.</param>
    /// <param name="fields">Of the request.</param>
    /// <param name="run">Null for one of its own.</param>
    public async Task<(OriginExchange Exchange, TargetAnswer Answer)> OpenAsync(
        ProtocolPair pair, Func<OriginExchange, Task>? respond = null, IReadOnlyList<string>? fields = null, OriginRun? run = null)
    {
        run ??= NewRun();
        var answering = await RequestAsync(pair, "GET", run.Path, fields);
        OriginExchange exchange;
        try
        {
            exchange = await run.NextAsync($"a request at the origin over {pair.Name}");
        }
        catch (NotSeenException) when (answering.IsCompletedSuccessfully)
        {
            throw new NotSeenException($"the target answered {(await answering).Status}, without a request at the origin over {pair.Name}");
        }

        if ((exchange.Protocol == "HTTP/2") != pair.OriginIsHttp2)
        {
            throw new InvalidOperationException($"set-up: the request for {pair.Name} came to the origin over {exchange.Protocol}");
        }

        await (respond is null ? exchange.StartStreamAsync(Cancellation) : respond(exchange));
        return (exchange, await answering);
    }

    /// <summary>A request over a pair of protocols.</summary>
    /// <param name="pair">Which.</param>
    /// <param name="method">Its method.</param>
    /// <param name="target">Its path and query.</param>
    /// <param name="fields">Beside those of all requests.</param>
    /// <param name="limit">How long its head may take; null is for a step's time.</param>
    /// <returns>The answer's head, once it is there.</returns>
    public async Task<Task<TargetAnswer>> RequestAsync(ProtocolPair pair, string method, string target, IReadOnlyList<string>? fields = null,
        TimeSpan? limit = null)
    {
        var address = await TargetAddress.ResolveAsync(pair.Url!, Cancellation);
        IReadOnlyList<string> all = ["Accept: text/event-stream", .. Profile.Fields, .. fields ?? []];
        if (pair.ClientIsHttp2)
        {
            var client = Keep(new Http2Client(address, Tap, Cancellation));
            return AnswerOf(client.SendAsync(method, target, all, limit: limit));
        }

        var connection = Keep(await ClientConnection.ConnectAsync(address, Tap, Cancellation));
        await connection.SendRequestAsync(method, target, all);
        return AnswerOf(connection.ReadResponseAsync(toHead: method == "HEAD", limit));

        static async Task<TargetAnswer> AnswerOf<T>(Task<T> answer)
            where T : TargetAnswer => await answer;
    }

    /// <summary>The worst over pairs, and which pairs were left out because the target has not said where it speaks them.</summary>
    public Outcome ToldPairs(IReadOnlyList<(string Name, Outcome Outcome)> parts)
    {
        var worst = Outcome.Worst(parts);
        var missing = Pairs.Where(pair => pair.Url is null).Select(pair => pair.Name).ToArray();
        var told = $"{string.Join(", ", parts.Select(part => part.Name))}: {worst.Actual}";
        return worst with { Actual = missing.Length == 0 ? told : $"{told} (not declared by the target: {string.Join(", ", missing)})" };
    }

    /// <summary>A stream at the origin itself: what a measured time is compared with.</summary>
    public async Task<(OriginExchange Exchange, TargetAnswer Answer)> OpenDirectAsync()
    {
        var address = Origin.Address.Address.Equals(IPAddress.Any) ? IPAddress.Loopback : Origin.Address.Address;
        return await OpenAsync(
            new ProtocolPair("direct", new Uri($"http://{new IPEndPoint(address, Origin.Address.Port)}"), ClientIsHttp2: false, OriginIsHttp2: false));
    }

    /// <summary>Whether the target is the origin itself: a control without a proxy, of which nothing is asked that only a proxy does.</summary>
    public bool WithoutProxy => Target.EndPoint.Equals(Origin.Address) || Target.EndPoint.Equals(Origin.Http2Address);

    /// <summary>The same case against another address of the target.</summary>
    /// <param name="pathOrUrl">A URL, or a path of the target.</param>
    public async Task<CheckContext> AtAsync(string pathOrUrl)
    {
        var address = await TargetAddress.ResolveAsync(new Uri(Target.Url, pathOrUrl), Cancellation) with { IsServer = IsDirect };
        return Keep(new CheckContext(address, Origin, Profile, Tap, Seed, Cancellation));
    }

    /// <summary>An HTTP/2 connection to the target, frame by frame; null when it has not said where it speaks that.</summary>
    /// <param name="window">The window that every stream begins with.</param>
    public async Task<FrameConnection?> ConnectFramesAsync(int window = 65_535) =>
        (Profile.Http2 ?? Profile.Http2ViaHttp2Origin ?? await ChosenHttp2Async()) is { } url
            ? Keep(await FrameConnection.ConnectAsync(await TargetAddress.ResolveAsync(url, Cancellation), Tap, Cancellation, window)) : null;

    /// <summary>The URL of a server that is asked directly, if it chooses HTTP/2 in the TLS handshake: one that does not is not asked for it.</summary>
    public async Task<Uri?> ChosenHttp2Async() =>
        IsDirect && Target.IsTls && await FrameConnection.IsChosenAsync(Target, Cancellation) ? Target.Url : null;

    /// <summary>The fields of every request, for HTTP/2.</summary>
    public IReadOnlyList<(string Name, string Value)> FrameFields =>
        [("accept", "text/event-stream"), .. Profile.Fields.Select(line => line.Split(':', 2)).Select(parts => (parts[0].ToLowerInvariant(), parts[1].Trim()))];

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

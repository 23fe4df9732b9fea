using System.Globalization;
using LoadTests.Measures;
using LoadTests.Origins;
using LoadTests.Processes;
using LoadTests.Report;
using LoadTests.Running;
using LoadTests.Running.Crowds;

namespace LoadTests.Scenarios.Drain;

/// <summary>
/// Many clients hold streams of one gateway; it is drained, and they come back to a second one. Looks at how evenly they do, whether any of
/// them misses an event on the way, and how the first gateway goes down.
/// </summary>
internal sealed class DrainScenario(LoadOptions options, DrainOptions drain) : LoadScenario(options)
{
    private const int PostTokens = 20;

    // With fewer the fullest second is chance: of 20 clients in 6 s, each back when it likes, it has twice the average in every eleventh run; of 25 a second
    // in none of 20,000 (simulated).
    private const double FewASecond = 25;

    // A client is told to wait 5 s at most; the rest is for a slow machine.
    private static readonly TimeSpan ReturnTimeout = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan FirstEventTimeout = TimeSpan.FromSeconds(30);

    private readonly DrainCounts _counts = new((int)(drain.Window + ReturnTimeout).TotalSeconds + 60);
    private readonly List<Figure> _figures = [];
    private GatewayProcess? _first;
    private DrainOutcome? _outcome;

    public override string Name => "drain";

    public override string Question => "Drains one of two gateways: do its clients come back to the other spread over the window, and is any event lost?";

    public override Mishaps Expected => Mishaps.Over;

    private TimeSpan PostLength => drain.Window / 2;

    public override async Task<TestBed> StartAsync(CancellationToken cancellation)
    {
        var certificate = Options.Tls ? new TemporaryCertificate() : null;
        OriginProcess? origin = null;
        try
        {
            origin = await OriginProcess.StartAsync(new OriginOptions(0, Options.Size, PostTokens, PostLength), cancellation);
            string[] arguments = ["--upstream", origin.Streams.ToString(), "--drain-window", $"{drain.Window.TotalSeconds}s", .. Options.Gateway];
            _first = await GatewayProcess.StartAsync(arguments, cancellation, certificate: certificate);
            var second = await GatewayProcess.StartAsync(arguments, cancellation, certificate: certificate);

            // The gateway that is there to the end is the second one.
            return TestBed.Of(new Place(new Uri(_first.Address, "/events")) { Next = new Uri(second.Address, "/events") }, second, origin,
                [_first, .. certificate is null ? (IAsyncDisposable[])[] : [certificate]]);
        }
        catch
        {
            await (origin?.DisposeAsync() ?? ValueTask.CompletedTask);
            await (certificate?.DisposeAsync() ?? ValueTask.CompletedTask);
            await (_first?.DisposeAsync() ?? ValueTask.CompletedTask);
            throw;
        }
    }

    public override LoadClient CreateClient(int number, Place place, IMeasured measured)
    {
        var first = RequestTo(place) with { From = Place.AddressOf(number), BufferBytes = Math.Max(1024, Options.Size + 512) };
        var next = new Place(place.Next ?? place.Url);
        return new MovingClient(first, first with { Server = next.Server, Path = next.Path }, measured, _counts);
    }

    public override async Task ConductAsync(Conductor conductor, CancellationToken cancellation)
    {
        var (first, second) = (_first!, conductor.Bed.Gateway!);
        var (emptyFirst, emptySecond) = (first.Usage(), second.Usage());
        await conductor.AllOpenAsync(cancellation);
        AddMemory("A with all streams", first.Usage(), emptyFirst);

        // From its first event on it is known what a client must not miss.
        await conductor.ProduceAsync(Options.Rate, cancellation);
        if (!await conductor.UntilAsync(counts => counts.Settled == Options.Clients, FirstEventTimeout, cancellation))
        {
            throw new TimeoutException("there are streams without an event: the machine is too slow for so many");
        }

        await Task.Delay(Options.Hold, cancellation);
        conductor.Mark("drained");
        _outcome = await DrainAsync(first, cancellation);
        await conductor.UntilAsync(_ => _counts.Returned >= Options.Clients, ReturnTimeout, cancellation);
        conductor.Mark("all back");
        AddMemory("B with all streams", second.Usage(), emptySecond);
    }

    public override void Judge(LoadResult result, Requirements requirements)
    {
        foreach (var line in _first?.Complaints ?? [])
        {
            Console.WriteLine($"A said: {line}");
        }

        PerSecond.Print(("closes", _counts.Closes), ("reconnects", _counts.Reconnects));
        result.Figures.AddRange(_figures);
        var (peak, total, back, seconds) = (_counts.Reconnects.Peak, _counts.Reconnects.Total, _counts.Returned, drain.Window.TotalSeconds);
        var average = total / seconds;
        var spread = string.Create(CultureInfo.InvariantCulture,
            $"{peak} in the fullest second, {average:0.#} a second on average ({total} by the {seconds} s of the window): {peak / average:0.00} times");
        if (average >= FewASecond)
        {
            requirements.Add("the peak of reconnects is under twice the average", peak < 2 * average, spread);
        }
        else
        {
            result.Figures.Add(new Figure("reconnects", spread));
        }

        requirements
            .NothingLost(result)
            .Add("every stream ends whole, and its client is told when to come back", _counts is { Cut: 0, Untold: 0 },
                $"{_counts.Cut} cut, {_counts.Untold} not told")
            .Add("every client is back at the first attempt", back == Options.Clients && total == back, $"{back} back in {total} attempts");
        if (_outcome is { } outcome)
        {
            Judge(outcome, requirements);
        }
    }

    private void Judge(DrainOutcome outcome, Requirements requirements) => requirements
        .Add("A is unready before the first client comes back", outcome is { Unready: not null, ReturnedBefore: 0 },
            outcome.Unready is { } unready
                ? string.Create(
                CultureInfo.InvariantCulture, $"after {unready.TotalMilliseconds:0} ms, {outcome.ReturnedBefore} back by then") : "it never was")
        .Add("a new stream at A is refused in-band", outcome.Refused, outcome.Refused ? "gateway.refused" : "it was not")
        .Add("POST streams end by themselves", outcome.WholePosts == drain.Posts,
            string.Create(CultureInfo.InvariantCulture, $"{outcome.WholePosts} of {drain.Posts} whole, the last after {outcome.PostsEnded.TotalSeconds:0.0} s"))
        .Add("A exits with code 0", outcome.ExitCode == 0,
            outcome.ExitCode is { } code
                ? string.Create(CultureInfo.InvariantCulture, $"code {code} after {outcome.Exited.TotalSeconds:0.0} s") : "it did not exit");

    private async Task<DrainOutcome> DrainAsync(GatewayProcess gateway, CancellationToken cancellation)
    {
        using var posts = new PostStreams(gateway.Address, Options.Http2 is not null, new BoundedAnswer(PostTokens, PostLength));
        using var draining = new DrainingGateway(gateway, Options.Http2 is not null, drain.Window);
        await posts.OpenAsync(drain.Posts, cancellation);
        _counts.Start();
        await draining.TellAsync(drain.By, cancellation);
        var unready = await draining.UnreadyAsync(cancellation);
        var returnedBefore = _counts.Reconnects.Total;
        var refused = await draining.RefusesInBandAsync(cancellation);
        var wholePosts = await posts.FinishAsync();
        var postsEnded = draining.SinceTold;
        var exitCode = await draining.ExitAsync(cancellation);
        return new DrainOutcome
        {
            Unready = unready,
            ReturnedBefore = returnedBefore,
            Refused = refused,
            WholePosts = wholePosts,
            PostsEnded = postsEnded,
            ExitCode = exitCode,
            Exited = draining.SinceTold,
        };
    }

    private void AddMemory(string what, ProcessUsage now, ProcessUsage empty) =>
        _figures.Add(new Figure(
            $"memory of {what}", string.Create(
            CultureInfo.InvariantCulture, $"{now.Megabytes:0} MB, {now.KilobytesEach(empty, Options.Clients):0.0} KB per stream")));
}

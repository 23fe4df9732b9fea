using System.Globalization;
using LoadTests.Measures;
using LoadTests.Origins;
using LoadTests.Processes;
using LoadTests.Report;
using LoadTests.Running;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace LoadTests.Scenarios.Drain;

/// <summary>
/// Many clients hold streams of one gateway; it is drained, and they come back to a second one. Looks at how evenly they do, whether any of
/// them misses an event on the way, and how the first gateway goes down.
/// </summary>
internal sealed class DrainScenario(DrainOptions options)
{
    // A client is told to wait 5 s at most; the rest is for a slow machine.
    private static readonly TimeSpan ReturnTimeout = TimeSpan.FromSeconds(40);

    private readonly NumberedEvents _events = new(size: 100);
    private readonly BoundedAnswer _answer = new(tokens: 20, length: options.Window / 2);
    private readonly List<Figure> _figures = [];
    private readonly DrainCounts _counts = new((int)(options.Window + ReturnTimeout).TotalSeconds + 60);

    public async Task<LoadOutcome> RunAsync(CancellationToken cancellation)
    {
        // A gateway has two connections for each stream; so has this process, until the last client has moved.
        FileLimit.Require((2 * options.Streams) + (2 * options.Posts));
        await using var origin = await Origin.StartAsync(HttpProtocols.Http1, AnswerAsync, cancellation);
        string[] arguments = ["--upstream", origin.Url, "--drain-window", $"{options.Window.TotalSeconds}s"];
        await using var a = await GatewayProcess.StartAsync(arguments, cancellation);
        await using var b = await GatewayProcess.StartAsync(arguments, cancellation);
        var (emptyA, emptyB) = (a.Usage(), b.Usage());

        using var producing = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var producer = _events.ProduceAsync(options.Rate, producing.Token);
        await using var subscribers = new Subscribers(options.Streams, a.EndPoint, b.EndPoint, _counts);
        await subscribers.OpenAsync(cancellation);
        AddMemory("A with all streams", a.Usage(), emptyA);

        var outcome = await DrainAsync(a, cancellation);
        await subscribers.UntilAsync(client => client.Returned, ReturnTimeout, cancellation);
        AddMemory("B with all streams", b.Usage(), emptyB);

        // What was sent while they were away counts too: everybody has to come to the last event.
        await producing.CancelAsync();
        await producer;
        await subscribers.UntilAsync(client => client.Last == _events.Newest, ReturnTimeout, cancellation);
        await subscribers.StopAsync();

        PrintComplaints("A", a);
        PrintComplaints("B", b);
        Console.WriteLine();
        PerSecond.Print(("closes", _counts.Closes), ("reconnects", _counts.Reconnects));
        var result = new LoadResult
        {
            Counts = new Counts
            {
                Open = subscribers.Sum(client => client.Returned ? 1 : 0),
                Opened = options.Streams + subscribers.Sum(client => client.Returned ? 1 : 0),
                Lost = subscribers.Sum(client => client.Lost + _events.Newest - client.Last),
                Repeated = subscribers.Sum(client => client.Repeated),
                Reconnects = _counts.Reconnects.Total,
                Cut = _counts.Cut,
                Ended = _counts.Closes.Total - _counts.Cut,
            },
            Samples = [.. _counts.Reconnects.Counts.Select((count, second) => new Sample(second + 1, 0, count, 0, count, 0, null, null, null)).Take(1 + _counts.Reconnects.Last)],
        };
        result.Figures.AddRange(_figures);
        return new LoadOutcome(result, Require(outcome, subscribers));
    }

    private Task AnswerAsync(HttpContext context) =>
        HttpMethods.IsPost(context.Request.Method) ? _answer.StreamAsync(context) : _events.StreamAsync(context);

    private async Task<DrainOutcome> DrainAsync(GatewayProcess gateway, CancellationToken cancellation)
    {
        using var posts = new PostStreams(gateway.Address, _answer);
        using var draining = new DrainingGateway(gateway, options.Window);
        await posts.OpenAsync(options.Posts, cancellation);
        _counts.Start();
        await draining.TellAsync(options.By, cancellation);
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

    private Requirements Require(DrainOutcome outcome, Subscribers clients)
    {
        var (peak, total, seconds) = (_counts.Reconnects.Peak, _counts.Reconnects.Total, options.Window.TotalSeconds);
        var average = total / seconds;
        var (lost, repeated, back) = (clients.Sum(client => client.Lost + _events.Newest - client.Last), clients.Sum(client => client.Repeated), clients.Sum(client => client.Returned ? 1 : 0));
        return new Requirements()
            .Add("the peak of reconnects is under twice the average", peak < 2 * average,
                $"{peak} in the fullest second, {average:0.#} a second on average ({total} by the {seconds} s of the window): {peak / average:0.00} times")
            .Add("no event is lost", lost == 0, $"{lost} lost of {options.Streams} x {_events.Newest}")
            .Add("no event is repeated", repeated == 0, $"{repeated} repeated")
            .Add("every stream ends whole, and its client is told when to come back", _counts is { Cut: 0, Untold: 0 }, $"{_counts.Cut} cut, {_counts.Untold} not told")
            .Add("every client is back at the first attempt", back == options.Streams && total == back, $"{back} back in {total} attempts")
            .Add("A is unready before the first client comes back", outcome is { Unready: not null, ReturnedBefore: 0 },
                outcome.Unready is { } unready ? $"after {unready.TotalMilliseconds:0} ms, {outcome.ReturnedBefore} back by then" : "it never was")
            .Add("a new stream at A is refused in-band", outcome.Refused, outcome.Refused ? "gateway.refused" : "it was not")
            .Add("POST streams end by themselves", outcome.WholePosts == options.Posts,
                $"{outcome.WholePosts} of {options.Posts} whole, the last after {outcome.PostsEnded.TotalSeconds:0.0} s")
            .Add("A exits with code 0", outcome.ExitCode == 0, outcome.ExitCode is { } code ? $"code {code} after {outcome.Exited.TotalSeconds:0.0} s" : "it did not exit");
    }

    private void AddMemory(string what, ProcessUsage now, ProcessUsage empty) =>
        _figures.Add(new Figure($"memory of {what}", string.Create(CultureInfo.InvariantCulture, $"{now.Megabytes:0} MB, {now.KilobytesEach(empty, options.Streams):0.0} KB per stream")));

    private static void PrintComplaints(string name, GatewayProcess gateway)
    {
        foreach (var line in gateway.Complaints)
        {
            Console.WriteLine($"{name} said: {line}");
        }
    }
}

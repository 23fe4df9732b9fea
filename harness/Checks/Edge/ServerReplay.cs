using System.Globalization;
using System.Text;
using SseGateway.Harness.Checks.Edge.Setups;
using SseGateway.Harness.Client;
using SseGateway.Harness.Reading;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Edge;

/// <summary>
/// 4.5 <c>resume</c> of a server without an origin behind it: the events are its own, made by the request that the profile tells of, or such as
/// come by themselves. One client reads along; what it has had is what another one has to be given.
/// </summary>
internal sealed class ServerReplay(CheckContext edge, ReplaySetup replay, ClientResponse along) : IDisposable
{
    private const int Wanted = 5;
    private static readonly TimeSpan ByThemselves = TimeSpan.FromSeconds(8);

    private readonly HttpClient _http = new();
    private string _type = "message";
    private int _published;

    // The type that the server's events have: others (a greeting, a notice) come to each client anew.
    private SseEvent[] Had => Of(along);

    /// <summary>Has a client read along until it has some events, and judges.</summary>
    /// <returns>Skipped when there are none.</returns>
    public static async Task<Outcome> JudgeAsync(CheckContext edge, ReplaySetup replay, Func<ServerReplay, Task<Outcome>> judge)
    {
        var along = await edge.AskAsync(edge.NewRun().Path);
        if (!along.IsEventStream)
        {
            throw new NotSeenException($"an event stream: {along.Status} {along.Head.Combined("Content-Type")}");
        }

        var server = edge.Keep(new ServerReplay(edge, replay, along));
        return await server.GatherAsync()
            ? await judge(server)
            : Outcome.Skipped($"no {Wanted} events with ids came by themselves in {ByThemselves.TotalSeconds:0} s: say how to make one (replay.publish)");
    }

    /// <summary>4.5.1: exactly what follows the id, then what is new.</summary>
    public async Task<Outcome> FromTheMiddleAsync()
    {
        var (at, had) = (Had[1].Id, Had.Length);
        var resumed = await ResumeAsync([$"Last-Event-ID: {at}"]);
        await resumed.ReadUntilAsync(() => Of(resumed).Length >= had - 2, $"the {had - 2} events after {at}");
        await MoreAsync();
        await resumed.ReadUntilAsync(() => Of(resumed).Length >= had - 1, "the next event, after those that were replayed");
        await along.ReadUntilAsync(() => Had.Length >= Of(resumed).Length + 2, "what another client has, at the one that reads along");
        var (expected, got) = (Had[2..(2 + Of(resumed).Length)], Of(resumed));
        return expected.Select(Key).SequenceEqual(got.Select(Key))
            ? Outcome.Ok($"{got.Length} events after {at}, each once and in order")
            : Outcome.Failed($"got {Ids(got)} after {at} instead of {Ids(expected)}");
    }

    /// <summary>4.5.3: an id that is not known is not passed over in silence.</summary>
    public async Task<Outcome> UnknownAsync()
    {
        var (first, had) = (Had[0], Had.Length);
        var resumed = await ResumeAsync(["Last-Event-ID: no-such-id"]);
        await MoreAsync();
        await along.ReadUntilAsync(() => Had.Length > had, "the next event at the client that reads along");
        var next = Had[had];
        await resumed.ReadUntilAsync(() => Of(resumed).Any(e => Key(e) == Key(next)), "the next event, after an id that is not known");
        if (replay.SignalEvent is { } type && resumed.Events.FirstOrDefault(e => e.Type == type) is { } signal)
        {
            return Outcome.Ok($"event {type}: {signal.Data}");
        }

        if (replay.SignalHeader?.Split(':', 2, StringSplitOptions.TrimEntries) is [var name, var value] && resumed.Head.Members(name).Contains(value))
        {
            return Outcome.Ok($"{name}: {value}");
        }

        return Of(resumed).Any(e => Key(e) == Key(first))
            ? Outcome.Ok("all that is kept is replayed")
            : Outcome.Failed($"nothing says that something may be missing; got {Bytes.Escape(resumed.Body, 120)}");
    }

    /// <summary>4.5.5: the id in the query, alone and beside the field.</summary>
    public async Task<Outcome> InTheQueryAsync(string query)
    {
        var (early, late) = (Had[0].Id, Had[2].Id);
        var alone = await FirstAsync($"?{query}={Uri.EscapeDataString(early)}", []);
        var beside = await FirstAsync($"?{query}={Uri.EscapeDataString(early)}", [$"Last-Event-ID: {late}"]);
        var wins = beside == Had[3].Id ? "the header wins" : beside == Had[1].Id ? "the query wins" : "neither counts";
        return Outcome.Informational($"?{query}={early} alone: on from {alone}; with Last-Event-ID: {late}: on from {beside}, so {wins}");
    }

    public void Dispose() => _http.Dispose();

    private async Task<bool> GatherAsync()
    {
        try
        {
            while (replay.Publish is not null && _published < Wanted)
            {
                var before = along.Events.Count;
                await MoreAsync();
                await along.ReadUntilAsync(() => along.Events.Count > before, "the event that was published");
            }

            if (replay.Publish is null)
            {
                await along.ReadUntilAsync(() => along.Events.Count(e => e.Id.Length > 0) >= Wanted, "events that come by themselves", ByThemselves);
            }
        }
        catch (NotSeenException) when (replay.Publish is null)
        {
            return false;
        }

        _type = along.Events[^1].Type;
        return Had.Length >= Wanted && Had.All(e => e.Id.Length > 0)
            ? true : throw new NotSeenException($"{Wanted} events of type {_type}, each with an id; got {Ids(Had)}");
    }

    // Without a way to make one, it is waited for.
    private async Task MoreAsync()
    {
        if (replay.Publish is not { } publish)
        {
            return;
        }

        var body = publish.Body.Replace("{n}", (++_published).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        using var request = new HttpRequestMessage(
            new HttpMethod(publish.Method), publish.Url)
        { Content = new StringContent(body, Encoding.UTF8, publish.ContentType) };
        foreach (var line in publish.Fields)
        {
            var parts = line.Split(':', 2, StringSplitOptions.TrimEntries);
            request.Headers.TryAddWithoutValidation(parts[0], parts[^1]);
        }

        using var answer = await _http.SendAsync(request, edge.Cancellation);
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"set-up: replay.publish was answered with {(int)answer.StatusCode}");
        }
    }

    private async Task<ClientResponse> ResumeAsync(string[] fields, string query = "")
    {
        var response = await edge.AskAsync(edge.NewRun().Path + query, fields);
        return response.IsEventStream
            ? response : throw new NotSeenException($"a client that resumes got {response.Status} {response.Head.Combined("Content-Type")}");
    }

    private async Task<string> FirstAsync(string query, string[] fields)
    {
        var response = await ResumeAsync(fields, query);
        await MoreAsync();
        await response.ReadUntilAsync(() => Of(response).Length > 0, "an event");
        return Of(response)[0].Id;
    }

    private SseEvent[] Of(ClientResponse response) => [.. response.Events.Where(e => e.Type == _type)];

    private static (string Id, string Data) Key(SseEvent e) => (e.Id, e.Data);

    private static string Ids(IEnumerable<SseEvent> events) => string.Join(' ', events.Select(e => e.Id));
}

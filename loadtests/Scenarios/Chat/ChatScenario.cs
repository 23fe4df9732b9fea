using System.Globalization;
using LoadTests.Clients.Connecting;
using LoadTests.Measures;
using LoadTests.Processes;
using LoadTests.Report;
using LoadTests.Running;
using LoadTests.Running.Crowds;
using LoadTests.Running.Samples;

namespace LoadTests.Scenarios.Chat;

/// <summary>People in rooms of the reference chat, through the gateway: how long until somebody sees what they have said?</summary>
/// <param name="options">What all scenarios can be told; its rate is what each says in a second.</param>
/// <param name="roomSize">People in a room.</param>
internal sealed class ChatScenario(LoadOptions options, int roomSize) : LoadScenario(options)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // For all clients: what they post is small.
    private readonly HttpClient _http = LoopbackHttp.Create(options.Http2 is not null, mostConnections: 64);
    private SteadyState? _steady;
    private bool _allBack;

    public override string Name => "chat";

    public override string Question => "People sign in, read a room's stream and say something: how long until they see it come back, and does it always?";

    public override async Task<TestBed> StartAsync(CancellationToken cancellation)
    {
        if (Options.Target is { } target)
        {
            return new TestBed(new Place(target));
        }

        var certificate = Options.Tls ? new TemporaryCertificate() : null;
        ChatProcess? chat = null;
        try
        {
            chat = await ChatProcess.StartAsync(cancellation);
            var gateway = await GatewayProcess.StartAsync([.. chat.GatewayArguments, .. Options.Gateway], cancellation, certificate: certificate);
            return TestBed.Of(new Place(gateway.Address), gateway, null, [chat, .. certificate is null ? (IAsyncDisposable[])[] : [certificate]]);
        }
        catch
        {
            await (chat?.DisposeAsync() ?? ValueTask.CompletedTask);
            await (certificate?.DisposeAsync() ?? ValueTask.CompletedTask);
            throw;
        }
    }

    public override LoadClient CreateClient(int number, Place place, IMeasured measured) => new Talker(
        _http, place, RequestTo(place), string.Create(CultureInfo.InvariantCulture, $"person-{number}"),
        string.Create(CultureInfo.InvariantCulture, $"room-{number / roomSize}"),
        TimeSpan.FromSeconds(1 / Options.Rate), number, measured);

    public override async Task ConductAsync(Conductor conductor, CancellationToken cancellation)
    {
        _steady = new SteadyState(conductor, eventsAlone: false);
        await conductor.AllOpenAsync(cancellation);
        _steady.AllOpen();
        _steady.Begin();
        conductor.Mark("all in their rooms");
        await Task.Delay(Options.Hold, cancellation);
        _steady.End();
        await conductor.Clients.SignalAsync("quiet");
        _allBack = await conductor.UntilAsync(counts => counts.Settled == Options.Clients, Patience, cancellation);
    }

    public override void Judge(LoadResult result, Requirements requirements)
    {
        result.Figures.AddRange(_steady?.Figures ?? []);
        result.Figures.Add(new Figure("messages said and seen", ConsoleTable.Number(result.Timing(TimingNames.RoundTrip).Count)));
        requirements
            .Add("everybody sees all they have said, in order, once", _allBack && result.Counts.Repeated == 0,
                $"{result.Counts.Settled} of {Options.Clients} have, {result.Counts.Repeated} out of order or twice")
            .AllOpened(result, Options.Clients);
    }
}

using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Xunit;

namespace Gateway.Tests.Sharing.Life;

/// <summary>A gateway in front of another one, both sharing: the one behind may go and come back, and no client of the one in front notices.</summary>
public sealed class GatewaysInARowTests : IAsyncLifetime
{
    // On a busy machine the centre takes its time to start again.
    private static readonly string[] Patient = [.. Share.With("GiveUpAfter=10m"), "SseGateway:Heartbeat=0"];

    private readonly ScriptedUpstream _origin = ScriptedUpstream.Start();
    private readonly ClosedPort _port = new();
    private GatewayProcess? _centre;

    [Theory]
    [InlineData("KILL")]
    [InlineData("TERM")]
    public async Task Centre_that_is_restarted_costs_the_clients_of_the_edge_nothing(string signal)
    {
        await StartCentreAsync();
        await using var edge = await GatewayUnderTest.StartAsync(_port.Url, Patient);
        var (exchange, first) = await edge.OpenStreamAsync(_origin);
        using var second = await edge.OpenAsync();
        await exchange.SendAsync(Share.Events(1, 3));
        await first.ExpectAsync(Share.Events(1, 3));
        await second.ExpectAsync(Share.Events(1, 3));

        await _centre!.SignalAsync(signal);
        await _centre.WaitForExitAsync();
        await StartCentreAsync();
        var again = await _origin.NextAsync();
        Assert.Equal("3", again.Request.Value("Last-Event-ID"));
        await again.StartStreamAsync();
        await again.SendAsync(Share.Events(4, 6));
        await first.ExpectAsync(Share.Events(4, 6));
        await second.ExpectAsync(Share.Events(4, 6));
        Assert.Equal(2, edge.Streams.Count);
        first.Dispose();
    }

    [Fact]
    public async Task Gap_that_the_centre_tells_of_is_told_once_in_the_edges_words()
    {
        await StartCentreAsync();
        await using var edge = await GatewayUnderTest.StartAsync(_port.Url, Patient);
        var (exchange, first) = await edge.OpenStreamAsync(_origin);
        await exchange.SendAsync(Share.Events(1, 3));
        await first.ExpectAsync(Share.Events(1, 3));

        // The origin loses what lies between, and the centre stays.
        exchange.Cut();
        var again = await _origin.NextAsync();
        await again.StartStreamAsync();
        await again.SendAsync(Share.Events(8, 9));
        await first.ExpectAsync(Share.Gap("3", "8", "upstream") + Share.Events(8, 9));
        await again.SendAsync(Share.Event(10));
        await first.ExpectAsync(Share.Event(10));

        // And while the centre is away.
        await _centre!.SignalAsync("KILL");
        await _centre.WaitForExitAsync();
        await StartCentreAsync();
        var third = await _origin.NextAsync();
        await third.StartStreamAsync();
        await third.SendAsync(Share.Events(20, 21));
        await first.ExpectAsync(Share.Gap("10", "20", "upstream") + Share.Events(20, 21));
        first.Dispose();
    }

    /// <summary>What the origin ends is ended for the clients too, through both.</summary>
    [Fact]
    public async Task End_of_the_origins_is_passed_on_by_both()
    {
        await StartCentreAsync();
        await using var edge = await GatewayUnderTest.StartAsync(_port.Url, Patient);
        var (exchange, first) = await edge.OpenEventSourceAsync(_origin);
        await exchange.SendAsync(Share.Events(1, 2));
        await exchange.EndAsync();
        Assert.Matches($"^{Share.Events(1, 2)}(retry: [0-9]+\n\n)+$", await first.ReadTextAsync());
        first.Dispose();
    }

    public ValueTask InitializeAsync() => default;

    public async ValueTask DisposeAsync()
    {
        if (_centre is not null) await _centre.DisposeAsync();
        _port.Dispose();
        await _origin.DisposeAsync();
    }

    private async Task StartCentreAsync()
    {
        if (_centre is not null) await _centre.DisposeAsync();
        _centre = GatewayProcess.Start("--urls", _port.Url, "--upstream", _origin.Url, "--share", "--admin-url", "off", "--drain-window", "1s");
        await _centre.AddressAsync();
    }
}

using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Tests.Streams.Deadlines;

/// <summary>The one stream of a gateway whose time only the test lets pass: open at both ends, and the gateway knows it.</summary>
internal sealed class SweptStream : IAsyncDisposable
{
    private readonly ScriptedUpstream _upstream;
    private readonly GatewayUnderTest _gateway;
    private readonly SweptTime _time;
    private readonly UpstreamExchange _exchange;
    private readonly RawResponse _response;

    private SweptStream(ScriptedUpstream upstream, GatewayUnderTest gateway, SweptTime time, UpstreamExchange exchange, RawResponse response) =>
        (_upstream, _gateway, _time, _exchange, _response) = (upstream, gateway, time, exchange, response);

    /// <param name="settings">The gateway's, as <c>Key=value</c>.</param>
    public static Task<SweptStream> OpenAsync(params string[] settings) => OpenAsync(fields: [], settings);

    /// <summary>The client is an EventSource by its fields.</summary>
    /// <inheritdoc cref="OpenAsync(string[])"/>
    public static Task<SweptStream> OpenEventSourceAsync(params string[] settings) => OpenAsync(fields: [Browser.NoCache], settings);

    public void Deconstruct(out SweptTime time, out UpstreamExchange exchange, out RawResponse response) =>
        (time, exchange, response) = (_time, _exchange, _response);

    public async ValueTask DisposeAsync()
    {
        _response.Dispose();
        _time.Dispose();
        await _gateway.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    private static async Task<SweptStream> OpenAsync(string[] fields, string[] settings)
    {
        var clock = new FakeTimeProvider();
        var upstream = ScriptedUpstream.Start();
        var gateway = await GatewayUnderTest.StartAsync(upstream, clock, settings);
        var time = await SweptTime.StartAsync(gateway, clock);
        var (exchange, response) = await gateway.OpenStreamAsync(upstream, fields: fields);
        await time.OpenedAsync(1);
        return new SweptStream(upstream, gateway, time, exchange, response);
    }
}

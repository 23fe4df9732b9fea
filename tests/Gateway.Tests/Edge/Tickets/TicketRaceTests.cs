using Gateway.Tests.Client;
using Gateway.Tests.Edge.Authentication;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using SseGateway.Streams.Life;
using Xunit;

namespace Gateway.Tests.Edge.Tickets;

/// <summary>Clients that show one ticket at the same moment.</summary>
public sealed class TicketRaceTests
{
    [Fact]
    public async Task Of_many_streams_at_once_with_one_ticket_exactly_one_stays()
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.StartStreamAsync());
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Tokens.RequireHs256()]);
        var target = $"/events?ticket={await gateway.TicketForAsync(Tokens.For("ada"))}";

        var clients = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => gateway.BeginAsync("GET", target, ["Accept: text/event-stream"])));
        var ended = Task.WhenAll(clients.Select(LeaveAtTheEndAsync));
        await Deadline.UntilAsync(() => gateway.Streams.Admitted == 20 && gateway.Limiter.Count == 1 && gateway.Streams.Count == 1);

        Assert.Equal(CloseReason.None, Assert.Single(gateway.Streams.Streams).Reason);
        await gateway.BeginStop(new CancellationToken(canceled: true));
        await ended;
    }

    private static async Task LeaveAtTheEndAsync(RawClient client)
    {
        // Without an answer where the next one came before its head.
        using var response = await client.TryReadResponseAsync();
        if (response is not null) await response.ReadToEndAsync();
        client.Dispose();
    }
}

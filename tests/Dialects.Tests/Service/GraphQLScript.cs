namespace Dialects.Tests.Service;

/// <summary>A subscription of GraphQL over Server-Sent Events, in a connection of its own.</summary>
internal sealed class GraphQLScript : Script
{
    public override async Task AnswerAsync(Exchange exchange)
    {
        await exchange.BeginAsync();
        await exchange.SendAsync("""{"data":{"count":"one "}}""", "next");
        await exchange.HalfAsync();
        await exchange.SendAsync("""{"data":{"count":"two"}}""", "next");
        await exchange.SendAsync("", "complete");
    }
}

namespace Dialects.Tests.Service;

/// <summary>A live read of a Durable Stream with two messages.</summary>
internal sealed class DurableScript : Script
{
    public override async Task AnswerAsync(Exchange exchange)
    {
        await exchange.BeginAsync(("Stream-Next-Offset", "1"));
        if (exchange.Request.Query["offset"] != "1")
        {
            await SendAsync("""[{"text":"one "}]""", "1");
            await exchange.HalfAsync();
        }

        await SendAsync("""[{"text":"two","last":true}]""", "2");
        await Task.Delay(Timeout.Infinite, exchange.Request.HttpContext.RequestAborted);

        async Task SendAsync(string data, string next)
        {
            await exchange.SendAsync(data, "data");
            await exchange.SendAsync($$"""{"streamNextOffset":"{{next}}","upToDate":true}""", "control");
        }
    }
}

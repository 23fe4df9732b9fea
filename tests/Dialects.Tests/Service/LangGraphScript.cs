namespace Dialects.Tests.Service;

/// <summary>A run of LangGraph, which can be joined again.</summary>
internal sealed class LangGraphScript : Script
{
    public override async Task AnswerAsync(Exchange exchange)
    {
        if (exchange.Path.EndsWith("/runs/r", StringComparison.Ordinal))
        {
            await exchange.JsonAsync("""{"run_id":"r","status":"running"}""");
            return;
        }

        await exchange.BeginAsync(("Content-Location", "/threads/t/runs/r"), ("Location", "/threads/t/runs/r/stream"));
        if (exchange.Request.Headers["Last-Event-ID"] != "1")
        {
            await exchange.SendAsync("""{"text":"one "}""", "custom", "1");
            await exchange.HalfAsync();
        }

        await exchange.SendAsync("""{"text":"two"}""", "custom", "2");
        await exchange.SendAsync("null", "end", "3");
    }
}

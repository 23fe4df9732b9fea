namespace Dialects.Tests.Service;

/// <summary>The AI SDK's UI message stream.</summary>
internal sealed class UiMessageScript : Script
{
    public override async Task AnswerAsync(Exchange exchange)
    {
        await exchange.BeginAsync(("x-vercel-ai-ui-message-stream", "v1"));
        await exchange.SendAsync("""{"type":"start","messageId":"a"}""");
        await exchange.SendAsync("""{"type":"text-start","id":"t"}""");
        await exchange.SendAsync("""{"type":"text-delta","id":"t","delta":"one "}""");
        await exchange.HalfAsync();
        await exchange.SendAsync("""{"type":"text-delta","id":"t","delta":"two"}""");
        await exchange.SendAsync("""{"type":"text-end","id":"t"}""");
        await exchange.SendAsync("""{"type":"finish"}""");
        await exchange.SendAsync("[DONE]");
    }
}

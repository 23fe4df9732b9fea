namespace Dialects.Tests.Service;

/// <summary>Anthropic's messages.</summary>
internal sealed class AnthropicScript : Script
{
    public override async Task AnswerAsync(Exchange exchange)
    {
        await exchange.BeginAsync();
        await exchange.SendAsync(
            """{"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"m", """
                + """ "content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1}}}""",
            "message_start");
        await exchange.SendAsync(
            """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":"","citations":null}}""", "content_block_start");
        await exchange.SendAsync(Delta("one "), "content_block_delta");
        await exchange.HalfAsync();
        await exchange.SendAsync(Delta("two"), "content_block_delta");
        await exchange.SendAsync("""{"type":"content_block_stop","index":0}""", "content_block_stop");
        await exchange.SendAsync(
            """{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":2}}""", "message_delta");
        await exchange.SendAsync("""{"type":"message_stop"}""", "message_stop");
    }

    private static string Delta(string text) => $$$"""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"{{{text}}}"}}""";
}

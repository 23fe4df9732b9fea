namespace Dialects.Tests.Service;

/// <summary>OpenAI's chat completions.</summary>
internal sealed class ChatScript : Script
{
    public override async Task AnswerAsync(Exchange exchange)
    {
        await exchange.BeginAsync();
        await exchange.SendAsync(Chunk("""{"role":"assistant","content":"one "}""", "null"));
        await exchange.HalfAsync();
        await exchange.SendAsync(Chunk("""{"content":"two"}""", "null"));
        await exchange.SendAsync(Chunk("{}", "\"stop\""));
        await exchange.SendAsync("[DONE]");
    }

    private static string Chunk(string delta, string finish) =>
        $$"""{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{{delta}},"finish_reason":{{finish}}}]}""";
}

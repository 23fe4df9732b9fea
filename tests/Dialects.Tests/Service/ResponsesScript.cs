namespace Dialects.Tests.Service;

/// <summary>OpenAI's responses.</summary>
internal sealed class ResponsesScript : Script
{
    private const string Item = """{"id":"msg_1","type":"message","role":"assistant","status":"in_progress","content":[]}""";

    public override async Task AnswerAsync(Exchange exchange)
    {
        await exchange.BeginAsync();
        var number = 0;
        await SendAsync("response.created", $"\"response\":{Response("in_progress")}");
        await SendAsync("response.output_item.added", $"\"output_index\":0,\"item\":{Item}");
        await SendAsync("response.content_part.added", """
            "item_id":"msg_1","output_index":0,"content_index":0,"part":{"type":"output_text","text":"","annotations":[]}
            """);
        await SendAsync("response.output_text.delta", Delta("one "));
        await exchange.HalfAsync();
        await SendAsync("response.output_text.delta", Delta("two"));
        await SendAsync("response.completed", $"\"response\":{Response("completed")}");

        Task SendAsync(string type, string members) => exchange.SendAsync($"{{\"type\":\"{type}\",\"sequence_number\":{number++},{members}}}", type);
    }

    private static string Delta(string text) => $"""
        "item_id":"msg_1","output_index":0,"content_index":0,"logprobs":[],"delta":"{text}"
        """;

    private static string Response(string status) =>
        $$"""{"id":"resp_1","object":"response","created_at":1,"status":"{{status}}","model":"m","output":[],"parallel_tool_calls":true,"tools":[]}""";
}

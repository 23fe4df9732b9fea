using System.Text.Json.Nodes;

namespace Dialects.Tests.Service;

/// <summary>A server of the Model Context Protocol, 2025-11-25, with one tool that tells of its progress.</summary>
/// <param name="heard">Completes when the application behind a path has heard of the progress; null where it hears of it in any case.</param>
internal sealed class McpScript(Func<string, Task>? heard = null) : Script
{
    private static readonly (string, string) Session = ("Mcp-Session-Id", "s-1");

    public override Task AnswerAsync(Exchange exchange)
    {
        if (exchange.Request.Method != "POST")
        {
            // It has no stream to listen on.
            exchange.Status(exchange.Request.Method == "DELETE" ? 200 : 405);
            return Task.CompletedTask;
        }

        return CallAsync(exchange);
    }

    private async Task CallAsync(Exchange exchange)
    {
        var message = await exchange.BodyAsync();
        var id = message["id"]?.ToJsonString();
        switch ((string)message["method"]!)
        {
            case "initialize":
                await exchange.JsonAsync(
                    Result(
                        id,
                        $$$"""{"protocolVersion":{{{message["params"]!["protocolVersion"]!.ToJsonString()}}},"capabilities":{"tools":{}}, """
                            + """ "serverInfo":{"name":"s","version":"1"}}"""),
                    Session);
                break;
            case "tools/list":
                await exchange.JsonAsync(Result(id, """{"tools":[{"name":"count","inputSchema":{"type":"object"}}]}"""));
                break;
            case "tools/call":
                await CountAsync(exchange, id, message["params"]!["_meta"]?["progressToken"]);
                break;
            case var _ when id is not null:
                // Such as what clients of a later revision ask first.
                await exchange.JsonAsync($$$"""{"jsonrpc":"2.0","id":{{{id}}},"error":{"code":-32601,"message":"Method not found"}}""");
                break;
            default:
                exchange.Status(202);
                break;
        }
    }

    private async Task CountAsync(Exchange exchange, string? id, JsonNode? token)
    {
        await exchange.BeginAsync();
        await exchange.SendAsync(
            """{"jsonrpc":"2.0","method":"notifications/progress","params":"""
                + $$$"""{"progressToken":{{{token?.ToJsonString() ?? "0"}}},"progress":1,"message":"one "}}""",
            "message");
        if (heard is not null)
        {
            await heard(exchange.Request.Path.Value!).WaitAsync(exchange.Request.HttpContext.RequestAborted);
        }

        await exchange.HalfAsync();
        await exchange.SendAsync(Result(id, """{"content":[{"type":"text","text":"two"}]}"""), "message");
    }

    private static string Result(string? id, string result) => $$"""{"jsonrpc":"2.0","id":{{id}},"result":{{result}}}""";
}

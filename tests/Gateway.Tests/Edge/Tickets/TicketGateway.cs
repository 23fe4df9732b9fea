using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Wire;
using Xunit;

namespace Gateway.Tests.Edge.Tickets;

/// <summary>What the tests of tickets ask a gateway.</summary>
internal static class TicketGateway
{
    public const string Path = "/_gateway/tickets";
    public const string ApiKey = "key-4f2c";

    /// <summary>Settings of an API key with the subject <c>bot</c>.</summary>
    public static IEnumerable<string> ApiKeySettings(string section = "SseGateway", string key = ApiKey) =>
    [
        $"{section}:Authentication:ApiKeys:Keys:0:Subject=bot", $"{section}:Authentication:ApiKeys:Keys:0:Sha256={KeyId(key)}",
        $"{section}:Authentication:ApiKeys:Keys:0:Scopes:0=read",
    ];

    public static string KeyId(string key = ApiKey) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    /// <summary>Gets a ticket with these header fields, which must be enough for one.</summary>
    public static async Task<string> TicketAsync(this GatewayUnderTest gateway, params string[] credential)
    {
        using var answer = await gateway.SendAsync("POST", Path, credential);
        var body = await answer.ReadTextAsync();
        Assert.Equal((201, body), (answer.Status, body));
        return JsonDocument.Parse(body).RootElement.GetProperty("ticket").GetString()!;
    }

    public static Task<string> TicketForAsync(this GatewayUnderTest gateway, string token) => gateway.TicketAsync($"Authorization: Bearer {token}");

    /// <summary>Repeats a request until the gateway has noticed that the stream before it is over.</summary>
    public static async Task<RawResponse> ReopenAsync(this GatewayUnderTest gateway, string target, params string[] fields)
    {
        RawResponse? response = null;
        await Deadline.UntilAsync(
            async () =>
            {
                response?.Dispose();
                response = await gateway.OpenAsync(target, fields);
                return response.Status != 409;
            },
            "the stream before to be over");
        return response!;
    }
}

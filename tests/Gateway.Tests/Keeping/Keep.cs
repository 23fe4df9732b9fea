using System.Globalization;
using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Microsoft.Extensions.DependencyInjection;
using SseGateway.Keeping;
using Xunit;

namespace Gateway.Tests.Keeping;

/// <summary>What the tests of kept answers have in common: the settings' names, an answer that has begun, and frames as models send them.</summary>
internal static class Keep
{
    public const string Path = "/v1/chat/completions";

    private const string Prompt = """{"prompt":"Say something.","stream":true}""";

    /// <summary>Settings of a route that keeps answers, and the given ones below <c>SseGateway:Keep</c>.</summary>
    public static string[] With(params string[] settings) => ["SseGateway:Keep:Enabled=true", .. settings.Select(setting => "SseGateway:Keep:" + setting)];

    /// <summary>Events without ids, whose data is their number.</summary>
    public static string Tokens(int first, int last) => string.Concat(Enumerable.Range(first, last - first + 1).Select(Token));

    public static string Token(int number) => string.Create(CultureInfo.InvariantCulture, $"data: {{\"n\":{number}}}\n\n");

    public static KeptAnswers Answers(this GatewayUnderTest gateway) => gateway.Services.GetRequiredService<KeptAnswers>();

    /// <summary>Asks with a POST and gives both ends of the answer, whose head has arrived.</summary>
    public static async Task<(UpstreamExchange Exchange, RawResponse Response)> AskAsync(
        this GatewayUnderTest gateway, ScriptedUpstream upstream, string[]? fields = null, string[]? answered = null)
    {
        var client = await gateway.BeginAsync("POST", Path, ["Content-Type: application/json", .. fields ?? []], Prompt);
        var exchange = await upstream.NextAsync();
        await exchange.ExpectBodyAsync(Prompt);
        await exchange.StartStreamAsync(answered ?? []);
        var response = await client.ReadResponseAsync();
        Assert.Equal(200, response.Status);
        return (exchange, response);
    }

    /// <summary>The id that an answer can be read again by.</summary>
    public static string Id(this RawResponse response) => Assert.IsType<string>(response.Head.Value("Gateway-Stream"));

    /// <summary>Reads an answer again.</summary>
    /// <param name="gateway">The gateway.</param>
    /// <param name="id">The answer's.</param>
    /// <param name="query">With its question mark.</param>
    /// <param name="fields">Of the request.</param>
    public static Task<RawResponse> ReadAgainAsync(this GatewayUnderTest gateway, string id, string query = "", params string[] fields) =>
        gateway.SendAsync("GET", $"/_gateway/answers/{id}{query}", fields);
}

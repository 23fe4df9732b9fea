using System.Globalization;
using Gateway.Tests.Edge.Authentication;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Xunit;

namespace Gateway.Tests.Security;

/// <summary>
/// What the gateway says when it says no: problem details, nothing of the request in them and nothing of what is behind. Failures of an
/// upstream are in Forwarding/FailureTests. Catalogue 11.3.5.
/// </summary>
public sealed class ErrorPageTests
{
    private const string Script = "/%3Cscript%3Ealert(1)%3C/script%3E?q=<script>alert(2)</script>";

    [Theory]
    [Trait("Case", "11.3.5")]
    [InlineData("GET", "/elsewhere" + Script, "", 404)]
    [InlineData("GET", "/sse" + Script, "", 401)]
    [InlineData("GET", "/sse" + Script, "Authorization: Bearer <script>", 401)]
    [InlineData("GET", "/sse\t" + Script, "", 400)]
    [InlineData("GET", "/_gateway/tickets?<script>", "", 405)]
    [InlineData("POST", "/_gateway/tickets?<script>", "", 401)]
    [InlineData("GET", "/full" + Script, "Accept: text/event-stream", 429)]
    [InlineData("<script>", "/elsewhere" + Script, "", 400)]
    public async Task Refusal_shows_nothing_of_the_request_and_nothing_of_what_is_behind(string method, string target, string field, int status)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartWithRoutesAsync(
            [
                .. GatewayUnderTest.Route("sse", "/sse/{**rest}", upstream.Url),
                .. GatewayUnderTest.Route("full", "/full/{**rest}", upstream.Url),
            ],
            [
                .. Tokens.RequireHs256().Select(s => s.Replace("SseGateway:", "SseGateway:Routes:sse:", StringComparison.Ordinal)),
                "SseGateway:Routes:full:Limits:StreamsPerRoute=1",
            ]);
        using var client = await gateway.BeginAsync("GET", "/full/1", ["Accept: text/event-stream"]);
        await (await upstream.NextAsync()).StartStreamAsync();
        await client.ReadResponseAsync();

        using var response = await gateway.SendAsync(method, target, field.Length > 0 ? [field] : []);

        var text = await response.ReadTextAsync();
        Assert.Equal(status, response.Status);
        foreach (var secret in new[] { "script", "alert", "Exception", "System.", " at ", upstream.Port.ToString(CultureInfo.InvariantCulture) })
        {
            Assert.DoesNotContain(secret, response.Head.Raw + text, StringComparison.OrdinalIgnoreCase);
        }
        Assert.Equal(1, upstream.RequestCount);
    }

    [Fact]
    public async Task Tunnel_is_refused_and_no_upstream_blamed()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);

        using var response = await gateway.SendAsync("CONNECT", gateway.Address.Authority);

        Assert.Equal(501, response.Status);
        Assert.Equal(0, upstream.RequestCount);
        await Deadline.UntilAsync(() => gateway.Log.Lines.Any(line => line.Contains("CONNECT", StringComparison.Ordinal)), "the access log");
        Assert.DoesNotContain(gateway.Log.Lines, line => line.Contains("An upstream failed", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Case", "11.3.5")]
    public async Task Error_page_of_the_upstream_is_the_upstreams_to_write()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var client = await gateway.BeginAsync("GET", "/sse" + Script);
        var exchange = await upstream.NextAsync();
        Assert.Equal("/sse" + Script, exchange.Request.Target);
        await exchange.AnswerAsync(500, "text/html", "<h1>Sorry</h1>");

        var response = await client.ReadResponseAsync();

        Assert.Equal((500, "text/html", "<h1>Sorry</h1>"), (response.Status, response.Head.Value("Content-Type"), await response.ReadTextAsync()));
    }
}

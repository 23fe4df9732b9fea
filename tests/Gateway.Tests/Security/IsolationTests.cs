using System.Globalization;
using Gateway.Tests.Edge.Authentication;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Xunit;

namespace Gateway.Tests.Security;

/// <summary>Nobody gets what is another's: catalogue 11.3.1, 11.3.2.</summary>
public sealed class IsolationTests
{
    [Fact]
    [Trait("Case", "11.3.1")]
    public async Task Two_users_of_one_url_see_only_their_own_events_and_cookies()
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(async exchange =>
        {
            var subject = exchange.Request.Value("Gateway-Subject") ?? "nobody";
            await exchange.StartStreamAsync($"Set-Cookie: session={subject}");
            for (var i = 0; i < 5; i++) await exchange.SendAsync($"data: for {subject}\n\n");
            await exchange.EndAsync();
        });
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Tokens.RequireHs256()]);

        await Task.WhenAll(ReadAsync("ada"), ReadAsync("bob"));

        async Task ReadAsync(string subject)
        {
            for (var round = 0; round < 50; round++)
            {
                using var response = await gateway.OpenAsync("/events", $"Authorization: Bearer {Tokens.For(subject)}");
                Assert.Equal([$"session={subject}"], response.Head.Values("Set-Cookie"));
                await response.ExpectEndAsync(string.Concat(Enumerable.Repeat($"data: for {subject}\n\n", 5)), BodyEnding.Clean);
            }
        }
    }

    [Theory]
    [Trait("Case", "11.3.2")]
    [InlineData("/sse/../admin/x")]
    [InlineData("/sse/%2e%2e/admin/x")]
    [InlineData("/sse/.%2E/admin/x")]
    [InlineData("/sse//../admin/x")]
    [InlineData("/sse/%2e/../admin/x")]
    [InlineData("/sse;/../admin/x")]
    [InlineData("/sse%2f..%2fadmin/x")]
    [InlineData("/sse/..%2fadmin/x")]
    [InlineData("/sse/%2e%2e%2fadmin/x")]
    [InlineData("/sse/..\\admin/x")]
    [InlineData("/sse/..%5cadmin/x")]
    [InlineData("/sse/%252e%252e/admin/x")]
    [InlineData("/sse/..%252fadmin/x")]
    [InlineData("/sse/%c0%ae%c0%ae/admin/x")]
    [InlineData("/sse/..;/admin/x")]
    [InlineData("/sse/x/../../admin/x")]
    [InlineData("/../admin/x")]
    [InlineData("/ADMIN/x")]
    [InlineData("//admin/x")]
    [InlineData("/%61dmin/x")]
    [InlineData("http://HOST/admin/x")]
    public async Task No_spelling_of_a_path_reaches_another_route_without_that_routes_rule(string target)
    {
        await using var open = ScriptedUpstream.Start();
        await using var admin = ScriptedUpstream.Start();
        var seen = new List<string>();
        open.Serve(exchange =>
        {
            lock (seen) seen.Add(exchange.Request.Target);
            return exchange.AnswerAsync(200, "text/plain", "open");
        });
        admin.Serve(exchange => exchange.AnswerAsync(200, "text/plain", "admin"));
        await using var gateway = await GatewayUnderTest.StartWithRoutesAsync(
            [
                .. GatewayUnderTest.Route("sse", "/sse/{**rest}", open.Url),
                .. GatewayUnderTest.Route("admin", "/admin/{**rest}", admin.Url),
            ],
            [.. Tokens.RequireHs256().Select(s => s.Replace("SseGateway:", "SseGateway:Routes:admin:", StringComparison.Ordinal))]);
        using var client = await gateway.ConnectAsync();
        await client.SendAsync(gateway.Head("GET", target.Replace("HOST", gateway.Address.Authority, StringComparison.Ordinal)));

        var response = await client.ReadResponseAsync();

        Assert.Equal(0, admin.RequestCount);
        Assert.DoesNotContain("admin", System.Text.Encoding.UTF8.GetString((await response.ReadToEndAsync()).Body), StringComparison.Ordinal);
        // What the open route's upstream got may be odd, but must still be below the open route for an upstream that cleans paths up.
        lock (seen)
        {
            Assert.All(seen, path => Assert.StartsWith("/sse/", new Uri("http://h" + path.Split('?')[0]).AbsolutePath, StringComparison.Ordinal));
        }
    }

    [Fact]
    [Trait("Case", "11.3.2")]
    public async Task Route_that_requires_a_token_gets_one_and_its_neighbour_needs_none()
    {
        await using var open = ScriptedUpstream.Start();
        await using var admin = ScriptedUpstream.Start();
        open.Serve(exchange => exchange.AnswerAsync(200, "text/plain", "open"));
        admin.Serve(exchange => exchange.AnswerAsync(200, "text/plain", "admin"));
        await using var gateway = await GatewayUnderTest.StartWithRoutesAsync(
            [
                .. GatewayUnderTest.Route("sse", "/sse/{**rest}", open.Url),
                .. GatewayUnderTest.Route("admin", "/admin/{**rest}", admin.Url),
            ],
            [.. Tokens.RequireHs256().Select(s => s.Replace("SseGateway:", "SseGateway:Routes:admin:", StringComparison.Ordinal))]);

        foreach (var (target, token, status) in new[] { ("/sse/x", "", 200), ("/admin/x", "", 401), ("/admin/x", Tokens.For("root"), 200) })
        {
            using var response = await gateway.SendAsync("GET", target, token.Length > 0 ? [$"Authorization: Bearer {token}"] : []);
            Assert.Equal((target, token, status), (target, token, response.Status));
        }
        Assert.Equal("1 1", string.Create(CultureInfo.InvariantCulture, $"{open.RequestCount} {admin.RequestCount}"));
    }
}

using System.Text;
using Gateway.Tests.Client;
using Gateway.Tests.Edge.Authentication;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Xunit;

namespace Gateway.Tests.Edge.Paths;

/// <summary>A login on one route that no spelling goes round to the other: catalogue 11.3.2.</summary>
[Trait("Case", "11.3.2")]
public sealed class PathGuardTests
{
    private const string Secret = "for administrators alone";

    private static readonly string[] Spellings =
    [
        "/admin/secret", "//admin/secret", "///admin//secret", "/%2Fadmin/secret", "/admin%2Fsecret", "/admin%2fsecret", "/./admin/secret", "/%2e/admin/secret",
        "/x/../admin/secret", "/x/%2e%2e/admin/secret", "/x/.%2E/admin/secret", "/x%2F..%2Fadmin/secret", "/x/..%2fadmin/secret", "/x/%2e%2e%2fadmin%2fsecret",
        "/x//../admin/secret", "/x//..//admin/secret", "/%61dmin/secret", "/x/../%61dmin/secret", "/x/../%2561dmin/secret", "/admin/secret#x",
        "/admin%2Fsecret#x",
        "/admin/./secret", "/admin/x/../secret", "/admin//secret", "/;/admin/secret", "/x/..;/admin/secret", "/x\\..\\admin/secret", "/x/..%5cadmin/secret",
        "/%c0%ae%c0%ae/admin/secret", "/admin/secret%00", "/x/%252e%252e/admin/secret", "http://HOST//admin/secret", "http://HOST/x/..%2fadmin/secret",
        "http://HOST/admin%2Fsecret",
    ];

    [Fact]
    public async Task No_spelling_makes_nginx_serve_what_its_own_route_asks_a_token_for()
    {
        await using var nginx = await Nginx.StartOrSkipAsync(("admin/secret", Secret), ("x/open", "for all"));
        await using var gateway = await GatewayUnderTest.StartWithRoutesAsync(
            GatewayUnderTest.Route("admin", "/admin/{**path}", nginx.Url).Concat(GatewayUnderTest.Route("rest", "{**path}", nginx.Url)),
            [.. Tokens.RequireHs256().Select(setting => setting.Replace("SseGateway:", "SseGateway:Routes:admin:", StringComparison.Ordinal))]);
        var (resolved, leaks) = (0, new List<string>());
        foreach (var spelling in Spellings)
        {
            resolved += (await AskAsync(nginx.Port, spelling)).Body.Contains(Secret, StringComparison.Ordinal) ? 1 : 0;
            var (status, body) = await AskAsync(gateway.Address.Port, spelling);
            if (body.Contains(Secret, StringComparison.Ordinal) || status is not (400 or 401 or 404)) leaks.Add($"{spelling}: {status}");
        }

        // Or the judge would be none.
        Assert.True(resolved > 15, $"nginx itself has served {resolved} of them");
        Assert.Empty(leaks);
        Assert.Equal((200, "for all"), await AskAsync(gateway.Address.Port, "/x/open"));
        Assert.Equal((200, Secret), await AskAsync(gateway.Address.Port, "/x/%2e%2e/admin/secret", $"Authorization: Bearer {Tokens.For("root")}"));
    }

    [Fact]
    public async Task Refusal_is_problem_details_that_name_the_spelling_and_not_the_path_and_the_upstream_is_not_asked()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        using var response = await gateway.SendAsync("GET", "/who%2Fknows");

        Assert.Equal((400, "application/problem+json"), (response.Status, response.Head.Value("Content-Type")));
        var problem = await response.ReadTextAsync();
        Assert.Contains("It has an encoded slash.", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("who", problem, StringComparison.Ordinal);
        Assert.Equal(0, upstream.RequestCount);
    }

    [Fact]
    public async Task A_route_allows_what_its_upstream_needs_and_the_others_do_not()
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.AnswerAsync(200, "text/plain", exchange.Request.Target));
        await using var gateway = await GatewayUnderTest.StartWithRoutesAsync(
            GatewayUnderTest.Route("api", "/api/{**path}", upstream.Url).Concat(GatewayUnderTest.Route("rest", "{**path}", upstream.Url)),
            "SseGateway:Routes:api:AllowInPath=encodedSlash");

        Assert.Equal((200, "/api/group%2Fproject"), await AskAsync(gateway.Address.Port, "/api/group%2Fproject"));
        Assert.Equal(400, (await AskAsync(gateway.Address.Port, "/group%2Fproject")).Status);
        Assert.Equal(400, (await AskAsync(gateway.Address.Port, "/api//project")).Status);
    }

    /// <summary>YARP encodes a path anew that a transform has changed, an escape in it once more.</summary>
    [Theory]
    [InlineData("PathRemovePrefix", "/api")]
    [InlineData("PathPattern", "/{**path}")]
    [InlineData("PathPrefix", "/new")]
    public async Task A_routes_transform_of_the_path_leaves_escapes_as_they_are(string transform, string value)
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.AnswerAsync(200, "text/plain", exchange.Request.Target));
        await using var gateway = await GatewayUnderTest.StartWithRoutesAsync(
            GatewayUnderTest.Route("api", "/api/{**path}", upstream.Url),
            "SseGateway:Routes:api:AllowInPath=encodedSlash",
            $"ReverseProxy:Routes:api:Transforms:0:{transform}={value}");
        var prefix = transform == "PathPrefix" ? "/new/api" : "";
        foreach (var path in new[] { "/group%2Fproject", "/%FF", "/x/./g%2fp", "/%20a%3Fb", "/100%25", "/%C3%A9%zz%20/x%2Fy?q=%252F%2F", "/~a;b=c,d:e@f" })
        {
            Assert.Equal((200, prefix + path.Replace("/./", "/", StringComparison.Ordinal).Replace("%zz", "%25zz", StringComparison.Ordinal)),
                await AskAsync(gateway.Address.Port, "/api" + path));
        }
    }

    [Fact]
    public async Task A_transform_of_a_path_that_is_encoded_twice_takes_none_of_it_off()
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.AnswerAsync(200, "text/plain", exchange.Request.Target));
        await using var gateway = await GatewayUnderTest.StartWithRoutesAsync(
            GatewayUnderTest.Route("api", "/api/{**path}", upstream.Url),
            "SseGateway:Routes:api:AllowInPath=doubleEncoding",
            "ReverseProxy:Routes:api:Transforms:0:PathRemovePrefix=/api");

        Assert.Equal((200, "/a%2541"), await AskAsync(gateway.Address.Port, "/api/a%2541"));
        Assert.Equal((200, "/%FF"), await AskAsync(gateway.Address.Port, "/api/%FF"));
    }

    [Fact]
    public async Task Http2_clients_are_refused_alike()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.Http2Endpoint);
        using var client = gateway.CreateHttp2Client();

        var response = await Deadline.ForAsync(client.GetAsync(new Uri("/a%2Fb", UriKind.Relative), TestContext.Current.CancellationToken));

        Assert.Equal((400, 0), ((int)response.StatusCode, upstream.RequestCount));
    }

    private static async Task<(int Status, string Body)> AskAsync(int port, string target, params string[] fields)
    {
        using var client = await RawClient.ConnectAsync(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, port));
        var host = $"127.0.0.1:{port}";
        await client.SendAsync(
            $"GET {target.Replace("HOST", host, StringComparison.Ordinal)} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n"
                + $"{string.Concat(fields.Select(field => field + "\r\n"))}\r\n");
        var response = await client.ReadResponseAsync();
        return (response.Status, Encoding.UTF8.GetString((await response.ReadToEndAsync()).Body));
    }
}

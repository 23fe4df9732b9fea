using Gateway.Tests.Client;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Tests.Edge.Cors;

/// <summary>What pages may do without a word of settings, and what the log says of those that may not.</summary>
public sealed class BlockedPageTests
{
    private const string Preview = "https://feature-1.app.example";

    private static readonly string[] SetUp = ["Cors:Origins=https://app.example,https://*.app.example", "Cors:AllowCredentials=true"];

    [Theory]
    [InlineData("PUT", "content-type,if-none-match")]
    [InlineData("PATCH", "traceparent,tracestate,baggage")]
    [InlineData("POST", "mcp-method,mcp-name,mcp-param-region,mcp-protocol-version,mcp-session-id")]
    [InlineData("POST", "anthropic-version,anthropic-beta,anthropic-dangerous-direct-browser-access,x-api-key")]
    [InlineData("POST", "authorization,x-stainless-arch,x-stainless-helper-method,openai-organization,idempotency-key")]
    public async Task What_sdks_and_tracing_send_is_allowed(string method, string headers)
    {
        await using var host = await EdgeHost.StartAsync(SetUp);

        using var answer = await PreflightAsync(host, Preview, method, headers);

        Assert.Equal(Preview, answer.Head.Value("Access-Control-Allow-Origin"));
        Assert.Contains(method, answer.Head.Members("Access-Control-Allow-Methods"));
        Assert.All(headers.Split(','), name => Assert.Contains(name, answer.Head.Members("Access-Control-Allow-Headers"), StringComparer.OrdinalIgnoreCase));
        Assert.DoesNotContain(answer.Head.Members("Access-Control-Allow-Headers"), name => name.Contains('*', StringComparison.Ordinal));
        Assert.DoesNotContain(host.Log.Lines, line => line.Contains("[2002]", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("https://evil.example", "GET", "", "its origin is not among Cors:Origins")]
    [InlineData("https://app.example.evil.test", "GET", "", "its origin is not among Cors:Origins")]
    [InlineData(Preview, "PURGE", "", "the method PURGE is not among Cors:Methods")]
    [InlineData(Preview, "GET", "accept,x-mine", "the header x-mine is not among Cors:Headers")]
    public async Task A_refused_preflight_is_a_line_with_what_was_refused(string origin, string method, string headers, string why)
    {
        var time = new FakeTimeProvider();
        await using var host = await EdgeHost.StartAsync(time, SetUp);

        (await PreflightAsync(host, origin, method, headers)).Dispose();
        (await PreflightAsync(host, origin, method, headers)).Dispose();

        var line = Assert.Single(host.Log.Lines, line => line.Contains("[2002]", StringComparison.Ordinal));
        Assert.StartsWith("Information ", line, StringComparison.Ordinal);
        Assert.Contains($"A page of {origin} was blocked, route a, OPTIONS: {why}", line, StringComparison.Ordinal);

        time.Advance(TimeSpan.FromMinutes(1));
        (await PreflightAsync(host, origin, method, headers)).Dispose();
        Assert.Equal(2, host.Log.Lines.Count(line => line.Contains("[2002]", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_event_source_of_another_page_asks_without_a_preflight_and_is_a_line_too()
    {
        await using var host = await EdgeHost.StartAsync(SetUp);

        using var blocked = await host.SendAsync("GET", "/a/x", "Origin: https://evil.example");
        using var own = await host.SendAsync("POST", "/a/x", "Origin: http://gateway.example", "Sec-Fetch-Site: same-origin");
        using var none = await host.SendAsync("GET", "/a/x");

        Assert.Single(host.Log.Lines, line => line.Contains("A page of https://evil.example was blocked, route a, GET", StringComparison.Ordinal));
        Assert.Single(host.Log.Lines, line => line.Contains("[2002]", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nobody_fills_the_log_with_pages_of_their_own_making()
    {
        await using var host = await EdgeHost.StartAsync(new FakeTimeProvider(), SetUp);

        for (var page = 0; page < 80; page++)
        {
            (await host.SendAsync("GET", "/a/x", $"Origin: https://evil{page}.example")).Dispose();
        }

        Assert.Equal(50, host.Log.Lines.Count(line => line.Contains("[2002]", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("X-Upstream, sse-resume", "X-Upstream")]
    [InlineData("*, X-Upstream", "X-Upstream")]
    [InlineData("X-One,X-Two", "X-One,X-Two")]
    [InlineData("not a name, X-One, x-one", "X-One")]
    public async Task What_the_upstream_exposes_is_exposed_with_it(string exposed, string added)
    {
        await using var host = await EdgeHost.StartAsync(SetUp);
        host.Upstream = context =>
        {
            context.Response.Headers.AccessControlExposeHeaders = exposed;
            return Task.CompletedTask;
        };

        using var answer = await host.SendAsync("GET", "/a/x", $"Origin: {Preview}");
        using var foreign = await host.SendAsync("GET", "/a/x", "Origin: https://evil.example");

        Assert.Equal(
            ["Sse-Resume", "Retry-After", "Mcp-Session-Id", "X-Request-Id", "x-should-retry", .. added.Split(',')],
            answer.Head.Members("Access-Control-Expose-Headers"));
        Assert.False(foreign.Head.Has("Access-Control-Expose-Headers"));
    }

    [Fact]
    public async Task A_wildcard_of_the_upstream_stands_for_all_where_no_credentials_are_sent()
    {
        await using var host = await EdgeHost.StartAsync("Cors:Origins=*");
        host.Upstream = context =>
        {
            context.Response.Headers.AccessControlExposeHeaders = "*";
            return Task.CompletedTask;
        };

        using var answer = await host.SendAsync("GET", "/a/x", $"Origin: {Preview}");

        Assert.Contains("*", answer.Head.Members("Access-Control-Expose-Headers"));
    }

    private static Task<RawResponse> PreflightAsync(EdgeHost host, string origin, string method, string headers)
    {
        string[] asked = headers.Length > 0 ? [$"Access-Control-Request-Headers: {headers}"] : [];
        return host.SendAsync("OPTIONS", "/a/x", [$"Origin: {origin}", $"Access-Control-Request-Method: {method}", .. asked]);
    }
}

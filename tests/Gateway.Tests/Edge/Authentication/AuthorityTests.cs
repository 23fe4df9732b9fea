using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Gateway.Tests.Edge.Authentication;

/// <summary>An OpenID provider on a real socket.</summary>
public sealed class AuthorityTests
{
    [Fact]
    public async Task Tokens_of_a_provider_are_accepted_by_its_published_keys()
    {
        await using var provider = await StartProviderAsync(TestKeys.KeySet);
        await using var host = await StartAsync(provider.Urls.Single());
        using var good = await host.SendAsync("GET", "/a/x", $"Authorization: Bearer {TestToken.Rs256()}");
        using var bad = await host.SendAsync("GET", "/a/x", $"Authorization: Bearer {TestToken.Rs256(TestKeys.OtherRsa)}");
        Assert.Equal((200, 401), (good.Status, bad.Status));
    }

    [Fact]
    public async Task While_the_keys_cannot_be_fetched_clients_are_told_to_come_back()
    {
        await using var host = await StartAsync("http://127.0.0.1:1");
        using var program = await host.SendAsync("GET", "/a/x", $"Authorization: Bearer {TestToken.Rs256()}");
        using var browser = await host.SendAsync("GET", "/a/x", [.. Client.Browser.EventSourceFields, $"Authorization: Bearer {TestToken.Rs256()}"]);

        Assert.Equal(503, program.Status);
        Assert.True(program.Head.Has("Retry-After"));
        Assert.Equal(200, browser.Status);
        Assert.Contains("\"reason\":\"unavailable\"", await browser.ReadTextAsync(), StringComparison.Ordinal);
        Assert.Empty(host.Forwarded);
        Assert.Contains(host.Log.Lines, line => line.Contains("[2102]", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"keys":[{"kty":"OKP","crv":"Ed25519","x":"AA"},{"kty":"OKP","crv":"Ed25519","x":"BB"}]}""", "2 of OKP Ed25519")]
    [InlineData("""{"keys":[{"kty":"RSA","use":"enc","n":"AQ","e":"AQAB"},{"kty":"oct","k":"AA"}]}""", "1 of RSA for encryption, 1 of oct")]
    [InlineData("""{"keys":[]}""", "none")]
    public async Task Keys_that_cannot_be_used_are_told_of_by_their_kind(string keys, string kinds)
    {
        await using var provider = await StartProviderAsync(keys);
        await using var host = await StartAsync(provider.Urls.Single());

        using var response = await host.SendAsync("GET", "/a/x", $"Authorization: Bearer {TestToken.Rs256()}");

        Assert.Equal(503, response.Status);
        Assert.Contains(host.Log.Lines, line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains("[2103]", StringComparison.Ordinal)
            && line.Contains($"it has {kinds}, and RSA and EC keys are taken", StringComparison.Ordinal));
    }

    private static Task<EdgeHost> StartAsync(string authority) => EdgeHost.StartAsync(
        "Authentication:Mode=Required", $"Authentication:Jwt:Authority={authority}", $"Authentication:Jwt:Audience={TestToken.Audience}");

    private static async Task<WebApplication> StartProviderAsync(string keys)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet("/.well-known/openid-configuration", (HttpRequest request) =>
            Results.Text($$"""{"issuer":"{{TestToken.Issuer}}","jwks_uri":"http://{{request.Host}}/keys"}""", "application/json"));
        app.MapGet("/keys", () => Results.Text(keys, "application/json"));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }
}

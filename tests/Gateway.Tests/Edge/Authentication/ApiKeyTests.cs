using System.Security.Cryptography;
using System.Text;
using Xunit;

namespace Gateway.Tests.Edge.Authentication;

public sealed class ApiKeyTests
{
    [Fact]
    public async Task A_known_key_stands_for_its_subject_and_is_not_forwarded()
    {
        await using var host = await StartAsync();
        using var answer = await host.SendAsync("GET", "/a/x", "X-Api-Key: open sesame");

        Assert.Equal(200, answer.Status);
        var request = Assert.Single(host.Forwarded);
        Assert.Equal("bot", request.Headers["Gateway-Subject"]);
        Assert.DoesNotContain("X-Api-Key", request.Headers.Keys);
        Assert.Null(request.Caller!.ExpiresAt);
    }

    [Fact]
    public async Task The_second_key_of_a_list_works_as_well()
    {
        await using var host = await StartAsync();
        using var answer = await host.SendAsync("GET", "/a/x", "X-Api-Key: second");
        Assert.Equal("other", Assert.Single(host.Forwarded).Headers["Gateway-Subject"]);
    }

    [Theory]
    [InlineData("X-Api-Key: open sesam")]
    [InlineData("X-Api-Key: ")]
    [InlineData("X-Api-Key: open sesame\r\nX-Api-Key: open sesame")]
    [InlineData("Authorization: Bearer open sesame")]
    [InlineData("Authorization: Bearer second")]
    public async Task A_wrong_key_is_answered_401(string field)
    {
        await using var host = await StartAsync();
        using var answer = await host.SendAsync("GET", "/a/x", field);
        Assert.Equal(401, answer.Status);
        Assert.Empty(host.Forwarded);
    }

    [Fact]
    public async Task The_hash_of_a_key_is_no_key()
    {
        await using var host = await StartAsync();
        using var answer = await host.SendAsync("GET", "/a/x", $"X-Api-Key: {Hash("second")}");
        Assert.Equal(401, answer.Status);
    }

    [Theory]
    [InlineData("open sesame", 403)]
    [InlineData("second", 200)]
    public async Task A_key_has_the_scopes_of_its_entry(string key, int expected)
    {
        await using var host = await StartAsync("Authentication:RequiredScopes=read");
        using var answer = await host.SendAsync("GET", "/a/x", $"X-Api-Key: {key}");
        Assert.Equal(expected, answer.Status);
    }

    [Fact]
    public async Task Without_authentication_the_header_is_the_upstreams()
    {
        await using var host = await EdgeHost.StartAsync();
        using var answer = await host.SendAsync("GET", "/a/x", "X-Api-Key: any", "Authorization: Basic eA==");
        var request = Assert.Single(host.Forwarded);
        Assert.Equal(("any", "Basic eA=="), (request.Headers["X-Api-Key"], request.Headers["Authorization"]));
    }

    private static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private static Task<EdgeHost> StartAsync(params string[] settings) => EdgeHost.StartAsync([
        "Authentication:Mode=Required",
        "Authentication:ApiKeys:Keys:0:Subject=bot", $"Authentication:ApiKeys:Keys:0:Sha256={Hash("open sesame")}",
        "Authentication:ApiKeys:Keys:1:Subject=other", $"Authentication:ApiKeys:Keys:1:Sha256={Hash("second").ToUpperInvariant()}",
        "Authentication:ApiKeys:Keys:1:Scopes=read,write", .. settings]);
}

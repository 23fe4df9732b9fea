using System.Text.Json.Nodes;
using Gateway.Tests.Running;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Edge.Authentication;
using Xunit;

namespace Gateway.Tests.Edge.Authentication;

/// <summary>A refused credential is a line that says which claim or check failed, never what the credential holds, and not a line for each.</summary>
public sealed class RefusedCredentialTests(TokenTests.Running running) : IClassFixture<TokenTests.Running>
{
    [Theory]
    [InlineData("aud", "\"others\"", "aud is not \"sse-gw\"")]
    [InlineData("iss", "\"https://others.example\"", "iss is not \"https://idp.example\"")]
    [InlineData("exp", "1", "exp is over")]
    [InlineData("exp", "null", "exp is missing")]
    [InlineData("sub", "null", "sub is missing")]
    [InlineData("sub", "7", "sub is a number and not a text; Jwt:SubjectClaim takes numbers too")]
    [InlineData("sub", "[\"S3cret\"]", "it is no signed JWT, or a claim has the wrong type")]
    [InlineData("sub", "\"a\\u0007\"", "sub must be")]
    [InlineData("iat", "\"S3cret\"", "it is no signed JWT, or a claim has the wrong type")]
    public async Task Names_the_claim(string claim, string value, string fault)
    {
        var claims = Tokens.Claims();
        var json = JsonNode.Parse(value);
        if (json is null)
        {
            claims.Remove(claim);
        }
        else
        {
            claims[claim] = json;
        }

        await ExpectAsync(Tokens.Hs256(claims), fault);
    }

    [Theory]
    [InlineData("9.1.4 other key", "the signature is not right")]
    [InlineData("9.1.5 alg none, signed", "alg is not among HS256")]
    [InlineData("9.1.9 critical extension", "crit is in the header")]
    [InlineData("9.1.3 two parts", "it is no signed JWT")]
    [InlineData("9.1.3 16 KiB", "the token is longer than 8192 characters")]
    public async Task Names_the_check(string name, string fault) => await ExpectAsync(WrongTokens.Field(name)["Bearer ".Length..], fault);

    [Fact]
    public void Says_a_fault_once_a_minute_and_route_and_how_many_there_were()
    {
        using var log = new CapturedLog();
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(log));
        var time = new FakeTimeProvider();
        var refused = new RefusedCredentials(time, loggers.CreateLogger<RefusedCredentials>());
        for (var i = 0; i < 1000; i++)
        {
            refused.Note("a", "exp is over");
        }

        refused.Note("a", "exp is missing");
        refused.Note("b", "exp is over");
        Assert.Equal(3, log.Lines.Count);
        time.Advance(TimeSpan.FromMinutes(1));
        refused.Note("a", "exp is over");

        Assert.Contains("route a: exp is over. 999 more like it", log.Lines.Last(), StringComparison.Ordinal);
    }

    private async Task ExpectAsync(string token, string fault)
    {
        using var response = await running.Gateway.OpenAsync("/events", $"Authorization: Bearer {token}");

        Assert.Equal(401, response.Status);
        Assert.DoesNotContain(fault, await response.ReadTextAsync(), StringComparison.Ordinal);
        var lines = running.Gateway.Log.Lines.Where(line => line.Contains("[2001]", StringComparison.Ordinal)).ToArray();
        Assert.Contains(
            lines, line => line.StartsWith("Information", StringComparison.Ordinal) && line.Contains($"route upstream: {fault}", StringComparison.Ordinal));
        Assert.DoesNotContain(
            running.Gateway.Log.Lines, line => line.Contains(token, StringComparison.Ordinal) || line.Contains("S3cret", StringComparison.Ordinal));
    }
}

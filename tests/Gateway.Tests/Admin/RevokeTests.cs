using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gateway.Tests.Edge.Authentication;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using SseGateway.Streams.Life;
using SseGateway.Streams.Revoking;
using Xunit;

namespace Gateway.Tests.Admin;

/// <summary>A credential that is taken back: catalogue 9.3.4.</summary>
[Trait("Case", "9.3.4")]
public sealed class RevokeTests
{
    private const string Key = "an API key of some length";

    private static readonly string KeyId = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Key)));

    private static readonly string[] Settings =
    [
        GatewayUnderTest.WithAdmin,
        .. Tokens.RequireHs256(),
        "SseGateway:Authentication:ApiKeys:Keys:0:Subject=bot",
        $"SseGateway:Authentication:ApiKeys:Keys:0:Sha256={KeyId}",
    ];

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Revoked_subject_loses_its_streams_at_once_and_its_token_for_good()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Settings);
        var token = $"Authorization: Bearer {Tokens.For("ada")}";
        var (_, hers) = await gateway.OpenEventSourceAsync(upstream, "/events", token);
        var (exchange, his) = await gateway.OpenStreamAsync(upstream, "/events", $"Authorization: Bearer {Tokens.For("bob")}");

        Assert.Equal(1, await RevokeAsync(gateway, new { subject = "ada" }));
        await hers.ExpectEndAsync("", BodyEnding.Clean);
        using var again = await gateway.OpenAsync("/events", token);
        using var ordinary = await gateway.SendAsync("GET", "/rooms", [token]);
        Assert.Equal((401, 401), (again.Status, ordinary.Status));

        await exchange.SendAsync("data: on\n\n");
        await his.ExpectAsync("data: on\n\n");
        his.Dispose();
        hers.Dispose();
    }

    [Fact]
    public async Task Body_that_is_too_large_is_refused_in_words_and_is_no_fault_of_the_gateway()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Settings);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/revoke") { Content = new ByteArrayContent(new byte[40_000_000]) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.ExpectContinue = true;
        using var refused = await gateway.Admin.SendAsync(request, Test);
        Assert.Equal((413, "application/problem+json"), ((int)refused.StatusCode, refused.Content.Headers.ContentType?.MediaType));
        Assert.DoesNotContain(gateway.Log.Lines, line => line.Contains("unhandled", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Token_that_is_issued_later_is_good_again()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [.. Settings, "SseGateway:Authentication:Jwt:ClockSkew=1m"]);
        await RevokeAsync(gateway, new { subject = "ada" });
        var claims = Tokens.Claims("ada");
        claims["iat"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 2;
        var (_, response) = await gateway.OpenStreamAsync(upstream, "/events", $"Authorization: Bearer {Tokens.Hs256(claims)}");
        response.Dispose();

        claims.Remove("iat");
        using var undated = await gateway.OpenAsync("/events", $"Authorization: Bearer {Tokens.Hs256(claims)}");
        Assert.Equal(401, undated.Status);
    }

    [Fact]
    public async Task Revoked_key_loses_its_streams_and_not_those_of_others()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Settings);
        var (_, its) = await gateway.OpenEventSourceAsync(upstream, "/events", $"X-Api-Key: {Key}");
        var (_, others) = await gateway.OpenStreamAsync(upstream, "/events", $"Authorization: Bearer {Tokens.For("bot")}");

        Assert.Equal(1, await RevokeAsync(gateway, new { keyId = KeyId.ToUpperInvariant() }));
        await its.ExpectEndAsync("", BodyEnding.Clean);
        using var again = await gateway.OpenAsync("/events", $"X-Api-Key: {Key}");
        Assert.Equal(401, again.Status);
        Assert.Equal(1, gateway.Limiter.Count);
        others.Dispose();
        its.Dispose();
    }

    [Fact]
    public async Task Stream_that_is_being_opened_is_refused()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Settings);
        using var client = await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream", $"Authorization: Bearer {Tokens.For("ada")}"]);
        var exchange = await upstream.NextAsync();
        await RevokeAsync(gateway, new { subject = "ada" });
        using var answer = await client.ReadResponseAsync();
        Assert.Equal(401, answer.Status);
        await exchange.WaitForPeerCloseAsync();
    }

    [Theory]
    [InlineData("{}", "application/json", 400)]
    [InlineData("{\"subject\":\"a\",\"keyId\":\"b\"}", "application/json", 400)]
    [InlineData("{\"keyId\":\"not a hash\"}", "application/json", 400)]
    [InlineData("{\"subject\":\"\"}", "application/json", 400)]
    [InlineData("{\"subjct\":\"ada\"}", "application/json", 400)]
    [InlineData("{\"subject\":", "application/json", 400)]
    [InlineData("null", "application/json", 400)]
    [InlineData("{\"subject\":\"bob\",\"subject\":\"ada\"}", "application/json", 400)]
    [InlineData("{\"subject\":\"ada\\n\"}", "application/json", 400)]
    [InlineData("{\"subject\":\"ada\"}", "application/json; charset=none", 400)]
    [InlineData("{\"subject\":\"ada\"}", "text/plain", 415)]
    public async Task Request_that_names_nobody_ends_nothing(string body, string type, int status)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Settings);
        var (_, response) = await gateway.OpenStreamAsync(upstream, "/events", $"Authorization: Bearer {Tokens.For("ada")}");
        using var content = new StringContent(body, MediaTypeHeaderValue.Parse(type));
        using var answer = await gateway.Admin.PostAsync("/revoke", content, Test);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(CloseReason.None, gateway.Streams.Streams.Single().Reason);
        response.Dispose();
    }

    // Each is remembered for as long as the process lives.
    [Fact]
    public async Task Subject_longer_than_any_is_not_remembered()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, Settings);
        var subject = new string('a', 1_000_000);

        using var answer = await gateway.Admin.PostAsJsonAsync("/revoke", new { subject }, Test);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.False(gateway.Streams.Revocations.Cover(subject, keyId: null, issuedAt: null));
    }

    [Fact]
    public void Revocations_that_find_no_room_are_reported_and_none_is_forgotten()
    {
        var revocations = new Revocations(TimeProvider.System);
        for (var i = 0; i < Revocations.Capacity; i++) Assert.True(revocations.TryAddSubject($"subject {i}"));
        Assert.False(revocations.TryAddSubject("one more"));
        Assert.False(revocations.TryAddKey("a key"));
        Assert.True(revocations.TryAddSubject("subject 7"));
        Assert.True(revocations.Cover("subject 0", keyId: null, issuedAt: null));
        Assert.False(revocations.Cover("one more", keyId: null, issuedAt: null));
    }

    private static async Task<int> RevokeAsync(GatewayUnderTest gateway, object whom)
    {
        using var answer = await gateway.Admin.PostAsJsonAsync("/revoke", whom, Test);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Test)).GetProperty("ended").GetInt32();
    }
}

using System.Text;
using System.Text.Json.Nodes;
using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using SseGateway.Harness.Wire;
using Xunit;

namespace Gateway.Tests.Edge.Authentication;

/// <summary>Who comes in: catalogue 9.1, through the whole gateway.</summary>
public sealed class TokenTests(TokenTests.Running running) : IClassFixture<TokenTests.Running>
{
    public static TheoryData<string> WrongNames => [.. WrongTokens.Names];

    [Fact]
    [Trait("Case", "9.1.1")]
    public async Task Request_without_a_token_is_challenged_without_an_error_code()
    {
        using var response = await running.Gateway.OpenAsync();

        await ExpectUnauthorizedAsync(response);
        Assert.DoesNotContain("error", response.Head.Value("WWW-Authenticate"), StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Case", "9.1.2")]
    [Trait("Case", "9.1.8")]
    [InlineData("Bearer", "\"sse-gw\"")]
    [InlineData("bearer", "[\"other\",\"sse-gw\"]")]
    public async Task Good_token_opens_the_stream(string scheme, string audience)
    {
        var claims = Tokens.Claims();
        claims["aud"] = JsonNode.Parse(audience);
        using var response = await running.Gateway.OpenAsync("/events", $"Authorization: {scheme} {Tokens.Hs256(claims)}");

        Assert.Equal((200, "text/event-stream"), (response.Status, response.Head.Value("Content-Type")));
        await response.ExpectAsync("data: for ada\n\n");
    }

    [Theory]
    [Trait("Case", "9.1.3")]
    [Trait("Case", "9.1.4")]
    [Trait("Case", "9.1.5")]
    [Trait("Case", "9.1.7")]
    [Trait("Case", "9.1.8")]
    [Trait("Case", "9.1.9")]
    [MemberData(nameof(WrongNames))]
    public async Task Wrong_token_is_refused_and_the_upstream_untouched(string name)
    {
        using var response = await running.Gateway.OpenAsync("/events", $"Authorization: {WrongTokens.Field(name)}");

        await ExpectUnauthorizedAsync(response);
    }

    [Fact]
    [Trait("Case", "9.1.3")]
    public async Task Two_authorization_fields_are_refused()
    {
        using var response = await running.Gateway.OpenAsync(
            "/events", $"Authorization: Bearer {Tokens.For("ada")}", $"Authorization: Bearer {Tokens.For("bob")}");

        await ExpectUnauthorizedAsync(response);
    }

    [Fact]
    [Trait("Case", "9.1.4")]
    public async Task Wrong_token_is_named_as_the_error()
    {
        using var response = await running.Gateway.OpenAsync("/events", $"Authorization: {WrongTokens.Field("9.1.4 other key")}");

        Assert.Contains("error=\"invalid_token\"", response.Head.Value("WWW-Authenticate"), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Case", "9.1.11")]
    public async Task All_wrong_tokens_get_the_same_answer()
    {
        var answers = new HashSet<string>();
        foreach (var name in new[] { "9.1.4 other key", "9.1.7 expired", "9.1.8 other issuer", "9.1.5 alg none" })
        {
            using var response = await running.Gateway.OpenAsync("/events", $"Authorization: {WrongTokens.Field(name)}");
            answers.Add(response.Head.Value("WWW-Authenticate") + await response.ReadTextAsync());
        }

        var answer = Assert.Single(answers);
        foreach (var detail in new[] { "evil", Tokens.Issuer, Tokens.Audience, "IDX", "expired", "signature" })
        {
            Assert.DoesNotContain(detail, answer, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Theory]
    [Trait("Case", "9.1.1")]
    [InlineData("POST")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    [InlineData("HEAD")]
    public async Task Every_method_needs_a_token(string method)
    {
        using var response = await running.Gateway.SendAsync(method, "/events");

        await ExpectUnauthorizedAsync(response);
    }

    [Theory]
    [InlineData("zo\u00eb \u2026")]
    [InlineData("a,b;c=\"d\"")]
    public async Task Subject_of_any_text_reaches_the_upstream_as_one_header(string subject)
    {
        using var response = await running.Gateway.OpenAsync("/events", $"Authorization: Bearer {Tokens.For(subject)}");

        Assert.Equal(200, response.Status);
        await response.ExpectAsync($"data: for {subject}\n\n");
    }

    private async Task ExpectUnauthorizedAsync(RawResponse response)
    {
        Assert.Equal(401, response.Status);
        Assert.StartsWith("Bearer", response.Head.Value("WWW-Authenticate"), StringComparison.Ordinal);
        Assert.NotEqual("text/event-stream", response.Head.Value("Content-Type"));
        var (_, ending) = await response.ReadToEndAsync();
        Assert.Equal(BodyEnding.Clean, ending);
        Assert.DoesNotContain(running.Served, request => request.Value("Gateway-Subject") is null);
        Assert.DoesNotContain(running.Served, request => request.Has("X-Evil"));
    }

    /// <summary>A gateway that requires a token, before an upstream that answers with the subject it was told.</summary>
    public sealed class Running : IAsyncLifetime
    {
        private readonly ScriptedUpstream _upstream = ScriptedUpstream.Start();
        private readonly List<MessageHead> _served = [];

        internal GatewayUnderTest Gateway { get; private set; } = null!;

        internal MessageHead[] Served
        {
            get
            {
                lock (_served) return [.. _served];
            }
        }

        public async ValueTask InitializeAsync()
        {
            _upstream.Serve(async exchange =>
            {
                lock (_served) _served.Add(exchange.Request);
                await exchange.StartStreamAsync();
                await exchange.SendAsync([.. Encoding.ASCII.GetBytes("data: for "), .. Bytes.Exactly(exchange.Request.Value("Gateway-Subject") ?? ""), 10, 10]);
            });
            Gateway = await GatewayUnderTest.StartAsync(_upstream, [.. Tokens.RequireHs256()]);
        }

        public async ValueTask DisposeAsync()
        {
            await Gateway.DisposeAsync();
            await _upstream.DisposeAsync();
        }
    }
}

using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SseGateway;
using SseGateway.Admin.Access;
using Xunit;

namespace Gateway.Tests.Admin;

/// <summary>The admin listener with a token.</summary>
public sealed class AdminLoginTests
{
    private const string Token = "correct-horse-battery-staple";
    private const string Setting = "SseGateway:Admin:Token=" + Token;

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET", "/streams")]
    [InlineData("GET", "/metrics")]
    [InlineData("GET", "/live")]
    [InlineData("GET", "/live.js")]
    [InlineData("POST", "/drain")]
    [InlineData("POST", "/revoke")]
    [InlineData("GET", "/nothing")]
    public async Task Nothing_but_health_is_answered_without_the_token(string method, string path)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.WithAdmin, Setting);
        foreach (var credential in new[] { null, "Bearer wrong", "Basic " + Token, "Bearer", "Bearer " + Token + "x" })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            request.Headers.TryAddWithoutValidation("Authorization", credential);
            request.Headers.Add("Cookie", "sse-gateway-admin=" + Token);
            using var answer = await gateway.Admin.SendAsync(request, Test);
            Assert.Equal((HttpStatusCode.Unauthorized, "Bearer"), (answer.StatusCode, answer.Headers.WwwAuthenticate.ToString()));
        }

        Assert.False(gateway.Streams.Draining);
        Assert.Equal("live\n", await gateway.Admin.GetStringAsync("/healthz/live", Test));
    }

    [Fact]
    public async Task Cookie_that_a_browser_shows_to_the_public_port_too_does_not_come_to_the_service()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.WithAdmin, Setting);
        using var client = await gateway.BeginAsync("GET", "/", ["Cookie: a=1; sse-gateway-admin=0123; b=2"]);
        var exchange = await upstream.NextAsync();

        Assert.Equal("a=1; b=2", exchange.Request.Value("Cookie"));
        await exchange.AnswerAsync(200, "text/plain", "ok");
    }

    [Fact]
    public async Task Token_lets_in()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.WithAdmin, Setting);
        gateway.Admin.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        using var answer = await gateway.Admin.GetAsync("/metrics", Test);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Form_sets_a_cookie_that_is_not_the_token_and_lets_in()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.WithAdmin, Setting);
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = gateway.Admin.BaseAddress };

        using var page = await http.GetAsync("/", Test);
        Assert.Equal((HttpStatusCode.Redirect, "/login"), (page.StatusCode, page.Headers.Location?.ToString()));
        using var refused = await http.PostAsync("/login", Form("wrong"), Test);
        Assert.Equal((HttpStatusCode.Forbidden, false), (refused.StatusCode, refused.Headers.Contains("Set-Cookie")));
        using var login = await http.PostAsync("/login", Form(Token), Test);
        var cookie = Assert.Single(login.Headers.GetValues("Set-Cookie"));
        Assert.Equal((HttpStatusCode.Redirect, "/"), (login.StatusCode, login.Headers.Location?.ToString()));
        Assert.DoesNotContain(Token, cookie, StringComparison.Ordinal);
        Assert.Contains("; httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("; samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);

        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Add("Cookie", cookie.Split(';')[0]);
        using var answer = await http.SendAsync(request, Test);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("bearer")]
    [InlineData("cookie")]
    [InlineData("form")]
    public async Task Who_guesses_has_to_wait_and_nobody_else(string way)
    {
        var time = new FakeTimeProvider();
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, time, GatewayUnderTest.WithAdmin, Setting);
        using var guesser = From(gateway, "127.0.0.1");
        using var other = From(gateway, "127.0.0.2");
        for (var i = 0; i < 10; i++)
        {
            using var wrong = await ShowAsync(guesser, way, "wrong");
            Assert.Equal(way == "form" ? HttpStatusCode.Forbidden : HttpStatusCode.Unauthorized, wrong.StatusCode);
        }

        foreach (var token in new[] { "wrong", Token })
        {
            using var slowed = await ShowAsync(guesser, way, token);
            Assert.Equal((HttpStatusCode.TooManyRequests, "1"), (slowed.StatusCode, slowed.Headers.RetryAfter?.ToString()));
        }

        Assert.Single(gateway.Log.Lines, line => line.Contains("[143] Wrong tokens for the admin listener come from 127.0.0.1", StringComparison.Ordinal));
        Assert.Equal("live\n", await guesser.GetStringAsync("/healthz/live", Test));
        using var elsewhere = await ShowAsync(other, "bearer", Token);
        Assert.Equal(HttpStatusCode.OK, elsewhere.StatusCode);
        time.Advance(TimeSpan.FromSeconds(1));
        using var later = await ShowAsync(guesser, "bearer", Token);
        Assert.Equal(HttpStatusCode.OK, later.StatusCode);
    }

    [Fact]
    public void Guesses_of_many_addresses_are_forgotten_rather_than_kept()
    {
        var guesses = new TokenGuesses(new FakeTimeProvider(), NullLogger<TokenGuesses>.Instance);
        for (var i = 0; i < 11; i++)
        {
            guesses.Take(IPAddress.Loopback, right: false, out _);
        }

        Assert.False(guesses.Take(IPAddress.Loopback, right: true, out _));
        for (var i = 0; i < 2000; i++)
        {
            guesses.Take(new IPAddress(i), right: false, out _);
        }

        Assert.True(guesses.Take(IPAddress.Loopback, right: true, out _));
    }

    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://*:8081")]
    [InlineData("http://[::]:8081")]
    [InlineData("http://192.0.2.1:8081")]
    [InlineData("http://gateway:8081")]
    public void Listener_for_other_machines_needs_a_token_or_the_word_open(string url)
    {
        var error = Assert.Single(Errors(url));
        Assert.StartsWith("--admin-url (SseGateway:Admin:Url): is not for this machine alone", error, StringComparison.Ordinal);
        Assert.Empty(Errors(url, "--admin-open"));
        Assert.Empty(Errors(url, "--" + Setting));
    }

    [Theory]
    [InlineData("http://127.0.0.2:0")]
    [InlineData("http://[::1]:8081")]
    [InlineData("http://localhost:8081")]
    public void Listener_for_this_machine_needs_none(string url) => Assert.Empty(Errors(url));

    [Fact]
    public void Token_that_can_be_guessed_is_none_and_is_not_repeated()
    {
        var error = Assert.Single(Errors("http://127.0.0.1:0", "--SseGateway:Admin:Token=hunter2"));
        Assert.Contains("SseGateway:Admin:Token: must have at least 16 characters", error, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error, StringComparison.Ordinal);
    }

    private static HttpClient From(GatewayUnderTest gateway, string address) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectCallback = async (context, cancellation) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
            await socket.ConnectAsync(context.DnsEndPoint, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    {
        BaseAddress = gateway.Admin.BaseAddress,
    };

    private static async Task<HttpResponseMessage> ShowAsync(HttpClient http, string way, string token)
    {
        using var request = way == "form" ? new HttpRequestMessage(HttpMethod.Post, "/login") { Content = Form(token) }
            : new HttpRequestMessage(HttpMethod.Get, "/metrics");
        if (way == "bearer")
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
        else if (way == "cookie")
        {
            request.Headers.Add("Cookie", "sse-gateway-admin=" + token);
        }

        return await http.SendAsync(request, Test);
    }

    private static FormUrlEncodedContent Form(string token) => new([new("token", token)]);

    private static IReadOnlyList<string> Errors(string url, params string[] more)
    {
        try
        {
            using var app = (IDisposable)GatewayApp.Build(["--upstream", "http://127.0.0.1:9", "--urls", "http://127.0.0.1:0", "--admin-url", url, .. more]);
            return [];
        }
        catch (SseGateway.Configuration.StartupErrorsException wrong)
        {
            return wrong.Errors;
        }
    }
}

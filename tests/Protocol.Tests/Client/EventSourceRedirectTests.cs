using Protocol.Tests.Server;
using SseGateway.Protocol;
using Xunit;

namespace Protocol.Tests.Client;

/// <summary>Catalogue 3.1.6 to 3.1.10.</summary>
public class EventSourceRedirectTests
{
    [Theory, Trait("Catalogue", "3.1.6, 3.1.10")]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_followed_and_a_reconnect_starts_at_the_first_address_again(int status)
    {
        await using var server = new ScriptedServer(
            exchange => exchange.HeadAsync(status, "Location: other?x=1", "Content-Length: 0"),
            exchange => exchange.StreamAsync("data: hello\n\n"));
        var source = new RecordedSource(server.Url);
        await source.RunAsync();
        Assert.Equal(["open", "hello", "error(Connecting, Ended)", "error(Closed, NoContent)"], source.Log);
        Assert.Equal([("GET", "/stream"), ("GET", "/other?x=1"), ("GET", "/stream")], server.Requests.Select(request => (request.Method, request.Target)));
        Assert.Equal(new Uri(server.Url, "/other?x=1"), source.Source.FinalUrl);
    }

    [Theory]
    [InlineData(301, "GET", "")]
    [InlineData(302, "GET", "")]
    [InlineData(303, "GET", "")]
    [InlineData(307, "POST", "{}")]
    [InlineData(308, "POST", "{}")]
    public async Task A_POST_becomes_a_GET_where_Fetch_says_so_and_stays_one_otherwise(int status, string method, string body)
    {
        await using var server = new ScriptedServer(exchange => exchange.HeadAsync(status, "Location: /other", "Content-Length: 0"));
        await new RecordedSource(server.Url, new EventSourceOptions { Method = HttpMethod.Post, Body = "{}"u8.ToArray() }).RunAsync();
        Assert.Equal((method, body), (server.Requests[1].Method, server.Requests[1].Body));
        Assert.Equal(body.Length > 0, server.Requests[1].Header("Content-Type") is not null);
    }

    [Theory, Trait("Catalogue", "3.1.7")]
    [InlineData(301, null)]
    [InlineData(302, "Location:")]
    [InlineData(307, "Location: ")]
    [InlineData(302, "Location: ftp://127.0.0.1/")]
    [InlineData(302, "Location: http://[bad/")]
    public async Task A_redirect_without_a_usable_location_is_final(int status, string? location)
    {
        await using var server = new ScriptedServer(
            exchange => exchange.HeadAsync(status, location is null ? ["Content-Length: 0"] : [location, "Content-Length: 0"]));
        var source = new RecordedSource(server.Url);
        Assert.Equal(EventSourceFailure.Redirect, (await source.RunToFailureAsync()).Failure);
        Assert.Equal(["error(Closed, Redirect)"], source.Log);
        Assert.Single(server.Requests);
    }

    [Fact, Trait("Catalogue", "3.1.8")]
    public async Task A_redirect_loop_ends_after_21_requests()
    {
        await using var server = new ScriptedServer([.. Enumerable.Repeat<Func<Exchange, Task>>(
            exchange => exchange.HeadAsync(302, exchange.Request.Target == "/stream" ? "Location: /other" : "Location: /stream", "Content-Length: 0"), 30)]);
        Assert.Equal(EventSourceFailure.Redirect, (await new RecordedSource(server.Url).RunToFailureAsync()).Failure);
        Assert.Equal(21, server.Requests.Count);
    }

    [Theory, Trait("Catalogue", "3.1.9")]
    [InlineData("Authorization")]
    [InlineData("authorization")]
    [InlineData("Cookie")]
    public async Task A_credential_among_the_headers_does_not_follow_either(string name)
    {
        await using var other = new ScriptedServer(exchange => exchange.StreamAsync("data: a\n\n"));
        await using var server = new ScriptedServer(exchange => exchange.HeadAsync(302, $"Location: {other.Url}", "Content-Length: 0"));
        await new RecordedSource(server.Url, new EventSourceOptions { Headers = [new(name, "secret")] }).RunAsync(_ => false);
        Assert.Equal(("secret", null), (server.Requests[0].Header(name), other.Requests[0].Header(name)));
    }

    [Fact]
    public async Task Where_the_handler_follows_redirects_the_events_are_of_the_final_origin()
    {
        await using var other = new ScriptedServer(exchange => exchange.StreamAsync("data: a\n\n"));
        await using var server = new ScriptedServer(exchange => exchange.HeadAsync(302, $"Location: {other.Url}", "Content-Length: 0"));
        using var http = new HttpClient();
        var source = new RecordedSource(server.Url, http: http);
        await source.RunAsync(_ => false);
        Assert.Equal(other.Url, source.Source.FinalUrl);
    }

    [Fact, Trait("Catalogue", "3.1.9")]
    public async Task Credentials_do_not_follow_a_redirect_to_another_origin_and_the_events_are_of_the_final_one()
    {
        await using var other = new ScriptedServer(exchange => exchange.StreamAsync("id: 1\ndata: a\n\n"));
        await using var server = new ScriptedServer(
            exchange => exchange.HeadAsync(302, "Location: /second", "Content-Length: 0"),
            exchange => exchange.HeadAsync(302, $"Location: {other.Url}", "Content-Length: 0"));
        var options = new EventSourceOptions
        {
            AccessToken = _ => ValueTask.FromResult<string?>("secret"),
            Headers = [new("Cookie", "a=b"), new("X-Own", "1")],
        };
        var source = new RecordedSource(server.Url, options);
        await source.RunAsync(_ => false);
        Assert.All(server.Requests, request => Assert.Equal(("Bearer secret", "a=b"), (request.Header("Authorization"), request.Header("Cookie"))));
        Assert.Equal(2, server.Requests.Count);
        Assert.Equal((null, null, "1"), (other.Requests[0].Header("Authorization"), other.Requests[0].Header("Cookie"), other.Requests[0].Header("X-Own")));
        Assert.Equal(other.Url.GetLeftPart(UriPartial.Authority), source.Source.Origin);
    }
}

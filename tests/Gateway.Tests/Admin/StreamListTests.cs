using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Gateway.Tests.Edge.Authentication;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Xunit;

namespace Gateway.Tests.Admin;

/// <summary>The list of live streams: what it shows, filters, pages, and how one of them is ended.</summary>
public sealed class StreamListTests
{
    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stream_is_shown_with_whom_it_is_for_and_what_went_over_it()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, [GatewayUnderTest.WithAdmin, .. Tokens.RequireHs256()]);
        var (exchange, response) = await gateway.OpenStreamAsync(upstream, "/events?secret=1", $"Authorization: Bearer {Tokens.For("ada")}");
        using var client = response.Client;
        await exchange.SendAsync("data: one\n\ndata: two\n\nda");
        await response.ExpectAsync("data: one\n\ndata: two\n\nda");

        var text = await gateway.Admin.GetStringAsync("/streams", Test);
        var page = JsonDocument.Parse(text).RootElement;
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        Assert.Equal((1, JsonValueKind.Null), (page.GetProperty("total").GetInt32(), page.GetProperty("next").ValueKind));
        var stream = page.GetProperty("streams")[0];
        Assert.Equal(
            ("upstream", "ada", "127.0.0.1", "relay", "open", "GET"),
            (Text(stream, "route"), Text(stream, "subject"), Text(stream, "address"), Text(stream, "mode"), Text(stream, "state"), Text(stream, "method")));
        Assert.Equal((2, 24), (stream.GetProperty("frames").GetInt64(), stream.GetProperty("bytes").GetInt64()));
        Assert.InRange(stream.GetProperty("openedAt").GetDateTimeOffset(), stream.GetProperty("admittedAt").GetDateTimeOffset(), DateTimeOffset.MaxValue);

        var alone = await gateway.Admin.GetFromJsonAsync<JsonElement>("/streams/" + Text(stream, "id"), Test);
        Assert.Equal(Text(stream, "id"), Text(alone, "id"));
    }

    [Fact]
    public async Task Last_writes_are_shown_by_size_and_time_since_somebody_first_asked()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.WithAdmin);
        var (exchange, response) = await gateway.OpenStreamAsync(upstream, "/events");
        using var client = response.Client;
        await exchange.SendAsync("data: before\n\n");
        await response.ExpectAsync("data: before\n\n");
        var path = $"/streams/{gateway.Streams.Streams.Single().Id}/writes";
        Assert.Equal("[]", await gateway.Admin.GetStringAsync(path, Test));

        for (var i = 10; i < 35; i++)
        {
            var text = $"data: S3cret {i}\n\n";
            await exchange.SendAsync(text);
            await response.ExpectAsync(text);
        }

        var writes = await gateway.Admin.GetStringAsync(path, Test);
        var all = JsonElement.Parse(writes).EnumerateArray().ToArray();
        Assert.Equal(20, all.Length);
        Assert.All(all, write => Assert.Equal((1, 17), (write.GetProperty("frames").GetInt32(), write.GetProperty("bytes").GetInt32())));
        Assert.DoesNotContain("S3cret", writes, StringComparison.Ordinal);
        using var missing = await gateway.Admin.GetAsync("/streams/none/writes", Test);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    [Fact]
    public async Task Search_and_order_pick_a_page()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.WithAdmin);
        var clients = new List<IDisposable>();
        foreach (var path in new[] { "/rooms/Tea", "/rooms/coffee", "/teapots" })
        {
            var (exchange, response) = await gateway.OpenStreamAsync(upstream, path);
            clients.Add(response.Client);
            var text = $"data: {new string('x', path.Length)}\n\n";
            await exchange.SendAsync(text);
            await response.ExpectAsync(text);
        }

        Assert.Equal(["/rooms/Tea", "/teapots"], Paths(await ListAsync(gateway, "search=tEA")));
        Assert.Equal(["/teapots", "/rooms/Tea"], Paths(await ListAsync(gateway, "search=tEA&sort=newest")));
        Assert.Equal(["/rooms/coffee", "/rooms/Tea"], Paths(await ListAsync(gateway, "sort=bytes&limit=2")));
        var second = await ListAsync(gateway, "sort=bytes&limit=2&offset=2");
        Assert.Equal((3, "/teapots"), (second.GetProperty("total").GetInt32(), Assert.Single(Paths(second))));
        Assert.Empty(Paths(await ListAsync(gateway, "search=milk")));
        clients.ForEach(client => client.Dispose());

        static string[] Paths(JsonElement page) => [.. page.GetProperty("streams").EnumerateArray().Select(stream => Text(stream, "path")!)];
    }

    [Fact]
    public async Task Stream_without_a_head_is_opening()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.WithAdmin);
        using var client = await gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream"]);
        await upstream.NextAsync();
        var stream = (await ListAsync(gateway, "")).GetProperty("streams")[0];
        Assert.Equal(("opening", JsonValueKind.Null), (Text(stream, "state"), stream.GetProperty("openedAt").ValueKind));
    }

    [Fact]
    public async Task Filters_pick_streams()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartWithRoutesAsync(
            GatewayUnderTest.Route("a", "/a/{**rest}", upstream.Url).Concat(GatewayUnderTest.Route("b", "/b/{**rest}", upstream.Url)),
            [GatewayUnderTest.WithAdmin, .. Tokens.RequireHs256()]);
        var (_, one) = await gateway.OpenStreamAsync(upstream, "/a/1", $"Authorization: Bearer {Tokens.For("ada")}");
        var (_, two) = await gateway.OpenStreamAsync(upstream, "/a/2", $"Authorization: Bearer {Tokens.For("bob")}");
        var (_, three) = await gateway.OpenStreamAsync(upstream, "/b/3", $"Authorization: Bearer {Tokens.For("ada")}");
        foreach (var (filter, total) in new[]
        {
            ("route=a", 2), ("route=B", 1), ("route=c", 0), ("subject=ada", 2), ("subject=ada&route=a", 1), ("address=127.0.0.1", 3),
            ("address=127.0.0.2", 0), ("mode=relay", 3), ("state=open", 3), ("state=ending", 0), ("key=00", 0),
        })
        {
            Assert.Equal((filter, total), (filter, (await ListAsync(gateway, filter)).GetProperty("total").GetInt32()));
        }

        foreach (var response in new[] { one, two, three }) response.Dispose();
    }

    [Fact]
    public async Task Pages_show_every_stream_once_from_the_oldest_on()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.WithAdmin);
        var open = new List<IDisposable>();
        for (var i = 0; i < 7; i++) open.Add((await gateway.OpenStreamAsync(upstream)).Response);

        var ids = new List<string>();
        for (var (page, asked) = (await ListAsync(gateway, "limit=3"), 1); ; page = await ListAsync(gateway, "limit=3&after=" + Text(page, "next")), asked++)
        {
            ids.AddRange(page.GetProperty("streams").EnumerateArray().Select(stream => Text(stream, "id")!));
            Assert.Equal(7, page.GetProperty("total").GetInt32());
            if (page.GetProperty("next").ValueKind != JsonValueKind.Null) continue;
            Assert.Equal(3, asked);
            break;
        }

        Assert.Equal(gateway.Streams.Streams.OrderBy(stream => stream.Number).Select(stream => stream.Id), ids);
        open.ForEach(response => response.Dispose());
    }

    [Theory]
    [InlineData("rout=a", "rout")]
    [InlineData("state=asleep", "state")]
    [InlineData("state=1", "state")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=1001", "limit")]
    [InlineData("limit=x", "limit")]
    [InlineData("after=1", "after")]
    [InlineData("route=a&route=b", "route")]
    public async Task Wrong_filter_is_named(string query, string name)
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.WithAdmin);
        using var answer = await gateway.Admin.GetAsync("/streams?" + query, Test);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.True((await answer.Content.ReadFromJsonAsync<JsonElement>(Test)).GetProperty("errors").TryGetProperty(name, out _));
    }

    [Fact]
    public async Task Deleted_stream_ends_behind_the_frame_under_way()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream, GatewayUnderTest.WithAdmin);
        var (exchange, response) = await gateway.OpenEventSourceAsync(upstream);
        await exchange.SendAsync("data: half");
        await response.ExpectAsync("data: half");
        var id = gateway.Streams.Streams.Single().Id;

        Assert.Equal(HttpStatusCode.NoContent, (await gateway.Admin.DeleteAsync("/streams/" + id, Test)).StatusCode);
        await exchange.SendAsync(" a frame\n\ndata: another\n\n");
        await response.ExpectEndAsync(" a frame\n\n", BodyEnding.Clean);
        await Deadline.UntilAsync(async () => (await gateway.Admin.DeleteAsync("/streams/" + id, Test)).StatusCode == HttpStatusCode.NotFound);
        Assert.Equal(HttpStatusCode.NotFound, (await gateway.Admin.GetAsync("/streams/" + id, Test)).StatusCode);
    }

    private static Task<JsonElement> ListAsync(GatewayUnderTest gateway, string query) =>
        gateway.Admin.GetFromJsonAsync<JsonElement>("/streams?" + query, Test);

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}

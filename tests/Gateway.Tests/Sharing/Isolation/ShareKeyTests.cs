using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using SseGateway.Configuration.Settings;
using SseGateway.Configuration.Settings.Sharing;
using SseGateway.Sharing;
using SseGateway.Sharing.Upstream;
using Xunit;

namespace Gateway.Tests.Sharing.Isolation;

/// <summary>Who shares a stream with whom: at random, against what the upstream is told.</summary>
public sealed class ShareKeyTests
{
    private static readonly string[] Schemes = ["http", "http", "https"];
    private static readonly string[] Hosts = ["a.example", "a.example", "A.example", "b.example", "a.example:8080"];
    private static readonly string[] Methods = ["GET", "GET", "get"];
    private static readonly string[] Paths = ["/events", "/events", "/event%73", "/events/", "/Events", "//events", "/a/../events", "/events%2F",
        "http://a.example/events"];
    private static readonly string[] Asked = ["a=1", "a=2", "b=1", "a=1", "A=1", "a=%31", "a", "", "lastEventId=5", "last_event_id=7", "lasteventid=5",
        "x=lastEventId=5", "last%2Devent-id=5"];
    private static readonly string[] Names = ["X-Room", "X-Room", "x-room", "X-Team", "Cookie", "Authorization", "Last-Event-ID", "User-Agent",
        "X-Forwarded-For"];
    private static readonly string[] Values = ["1", "2", "1,2", "", "1:2", "é"];
    private static readonly string[] ClaimValues = ["1", "2", "1,2", "1%2C2", "", " 1", "1\r\nX-Room: 2", "\u00e9", "\u017e"];

    private static readonly string[] Tricky = ["", "1", "2", ":", "1:", "0:", "1:1", "0:0:", ":1", "\n", "\r\n", "2:ab", "11:", "é", "2:é", "10:0123456789"];

    private static readonly ShareBy[] Choices =
    [
        ShareBy.Nothing, new(true, [], []), new(false, ["x-room"], []), new(false, ["x-room", "x-team"], []), new(false, [], ["tenant"]),
        new(false, [], ["room", "tenant"]),
        new(true, ["x-room"], ["tenant"]),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Keys_are_equal_exactly_when_the_upstream_is_told_the_same(int seed)
    {
        var random = new Random(seed);
        var (equal, different) = (0, 0);
        for (var pair = 0; pair < 20_000; pair++)
        {
            var settings = new SharingSettings { Enabled = true, ShareBy = Choices[random.Next(Choices.Length)] };
            var first = Draft(random);
            var second = random.Next(3) == 0 ? first with { Fields = Fields(random) }
                : random.Next(2) == 0 ? first with { Query = Query(random) }
                : random.Next(2) == 0 ? first with { Subject = Subject(random), Claims = Claims(random) }
                : Draft(random);
            var same = first.Key(settings) == second.Key(settings);
            var message = $"seed {seed}, pair {pair}, {settings.ShareBy}: {first} and {second}";
            Assert.True(same == (Told(first.Shared(settings)) == Told(second.Shared(settings))), message);
            Assert.True(same == (Expected(first, settings.ShareBy) == Expected(second, settings.ShareBy)), message);
            (equal, different) = same ? (equal + 1, different) : (equal, different + 1);
        }

        Assert.True(equal > 1000 && different > 1000, $"{equal} equal, {different} different");
    }

    [Fact]
    public void Nothing_else_of_a_client_goes_upstream()
    {
        var random = new Random(1);
        for (var i = 0; i < 2000; i++)
        {
            var settings = new SharingSettings { Enabled = true, ShareBy = Choices[random.Next(Choices.Length)] };
            var told = Context(Draft(random).Shared(settings));
            string[] allowed =
            [
                "Accept", "User-Agent", "Host", .. settings.ShareBy.Subject ? ["Gateway-Subject"] : Array.Empty<string>(), .. settings.ShareBy.Headers,
                .. settings.ShareBy.Claims.Select(name => "Gateway-Claim-" + name),
            ];
            Assert.Empty(told.Request.Headers.Keys.Except(allowed, StringComparer.OrdinalIgnoreCase));
            Assert.Null(told.Connection.RemoteIpAddress);
            Assert.False(told.User.Claims.Any());
            Assert.DoesNotContain(Parameters(told.Request.QueryString.Value ?? ""), IsCursor);
        }
    }

    [Fact]
    public void No_two_lists_of_parts_give_the_same_text()
    {
        var settings = new SharingSettings { Enabled = true, ShareBy = new ShareBy(true, ["x-room", "x-team"], []) };
        var random = new Random(1);
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < 100_000; i++)
        {
            var parts = Enumerable.Range(0, 8).Select(_ => random.Next(3) > 0 ? "" : Pick(random, Tricky)).ToArray();
            var draft = new RequestDraft
            {
                Scheme = parts[0],
                Host = string.Concat(parts[1].Where(c => c is ':' || char.IsAsciiLetterOrDigit(c))),
                Method = parts[2],
                PathBase = parts[3].Length == 0 ? "" : "/" + parts[3],
                Path = parts[4],
                Query = parts[5].Length == 0 ? "" : "?" + parts[5],
                Subject = parts[6],
                Fields = [("X-Room", parts[7]), ("X-Team", parts[0])],
            };
            var (text, list) = (draft.Key(settings).Text, string.Join('\0', [draft.Host, .. parts[2..], parts[0]]));
            Assert.True(seen.TryAdd(text, list) || seen[text] == list, $"{list} gives the same as {seen[text]}");
        }
    }

    [Fact]
    public void Routes_and_settings_part_what_the_same_text_would_join()
    {
        var settings = new SharingSettings { Enabled = true, ShareBy = new ShareBy(false, ["x-room"], []) };
        var draft = new RequestDraft();
        var key = draft.Key(settings);
        Assert.NotEqual(key, ShareKey.Of("other", settings, draft.Shared(settings)));
        Assert.NotEqual(key, draft.Key(settings with { LogCount = 1 }));
        Assert.NotEqual(key, draft.Key(settings with { ShareBy = new ShareBy(false, ["x-team"], []) }));

        // After a reload that changes nothing, they are other objects.
        Assert.Equal(key, draft.Key(settings with { ShareBy = new ShareBy(false, ["x-room"], []) }));
    }

    // All that there is in the request that goes through YARP.
    private static string Told(ShareRequest shared)
    {
        var request = Context(shared).Request;
        return string.Join('\0', [
            request.Method, request.Scheme, request.Host.Value, request.PathBase.Value, request.Path.Value,
            request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, request.QueryString.Value,
            .. request.Headers.OrderBy(field => field.Key, StringComparer.Ordinal).SelectMany(field => field.Value.Select(line => $"{field.Key}: {line}")),
        ]);
    }

    private static HttpContext Context(ShareRequest shared) => shared.CreateContext(
        null!, new Endpoint(null, null, null), new RouteFeature("events", new RouteSettings()),
        new UpstreamDial(null!, _ => null, _ => false), lastEventId: null, CancellationToken.None);

    // The same said in another way.
    private static string Expected(RequestDraft draft, ShareBy by)
    {
        var query = Parameters(draft.Query).Where(parameter => !IsCursor(parameter)).ToArray();
        return string.Join('\0', [
            draft.Method, draft.Scheme, draft.Host.ToLowerInvariant(), draft.PathBase, draft.Path, query.Length == 0 ? "" : "?" + string.Join('&', query),
            by.Subject ? draft.Subject ?? "" : "",
            .. by.Headers.SelectMany(name => draft.Fields
                .Where(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(field => $"{name}\u0001{field.Value}")),
            .. by.Claims.SelectMany(name => draft.Claims.Where(claim => claim.Name == name).Select(claim => $"{name}\u0001{claim.Value}")),
        ]);
    }

    private static string[] Parameters(string query) => query.Length == 0 ? [] : query[1..].Split('&');

    private static bool IsCursor(string parameter) =>
        Uri.UnescapeDataString(parameter.Split('=')[0]).ToLowerInvariant() is "lasteventid" or "last_event_id" or "last-event-id";

    private static RequestDraft Draft(Random random) => new()
    {
        Scheme = Pick(random, Schemes),
        Host = Pick(random, Hosts),
        Method = Pick(random, Methods),
        PathBase = random.Next(5) == 0 ? "/base" : "",
        Path = Pick(random, Paths),
        Query = Query(random),
        Fields = Fields(random),
        Subject = Subject(random),
        Claims = Claims(random),
    };

    private static string? Subject(Random random) => random.Next(3) switch { 0 => null, 1 => "ada", _ => "bob" };

    private static string Query(Random random) =>
        random.Next(3) == 0 ? "" : "?" + string.Join('&', Enumerable.Range(0, random.Next(1, 4)).Select(_ => Pick(random, Asked)));

    private static (string, string)[] Fields(Random random) =>
        [.. Enumerable.Range(0, random.Next(4)).Select(_ => (Pick(random, Names), Pick(random, Values)))];

    private static (string, string)[] Claims(Random random) =>
        [.. Enumerable.Range(0, random.Next(3)).Select(_ => (random.Next(4) == 0 ? "room" : "tenant", Pick(random, ClaimValues)))];

    private static string Pick(Random random, string[] from) => from[random.Next(from.Length)];
}

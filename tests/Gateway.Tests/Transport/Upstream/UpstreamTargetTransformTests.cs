using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using SseGateway.Transport.Upstream;
using Xunit;
using Yarp.ReverseProxy.Transforms;

namespace Gateway.Tests.Transport.Upstream;

public sealed class UpstreamTargetTransformTests
{
    [Theory]
    [InlineData("/events", "/events")]
    [InlineData("/%7Ea/b%20c", "/%7Ea/b%20c")]
    [InlineData("/a//b/", "/a//b/")]
    [InlineData("/a%2Fb", "/a%2Fb")]
    [InlineData("/a?x=%7e&y=a+b&&z", "/a?x=%7e&y=a+b&&z")]
    [InlineData("/a.b/..c/...", "/a.b/..c/...")]
    [InlineData("/a?next=/../b", "/a?next=/../b")]
    public async Task The_target_goes_upstream_as_it_was_written(string target, string expected) =>
        Assert.Equal("http://upstream.test:9000" + expected, await ApplyAsync(target));

    [Theory]
    [InlineData("/a/../b")]
    [InlineData("/./a")]
    [InlineData("/a/%2e%2E/b")]
    [InlineData("/a/.%2e")]
    [InlineData("/a/%2e")]
    public async Task Dot_segments_leave_the_target_to_YARP_which_sends_what_was_routed(string target) => Assert.Null(await ApplyAsync(target));

    [Theory]
    [InlineData("*")]
    [InlineData("http://else.test/a")]
    public async Task Other_forms_of_a_target_are_left_to_YARP(string target) => Assert.Null(await ApplyAsync(target));

    [Fact]
    public async Task A_routes_own_path_or_query_transform_wins()
    {
        Assert.Null(await ApplyAsync("/a", context => context.Path = "/prefix/a"));
        Assert.Null(await ApplyAsync("/a?x=1", context => context.Query.Collection["x"] = "2"));
    }

    [Fact]
    public async Task An_address_that_is_set_already_stays() =>
        Assert.Equal("http://else.test/", await ApplyAsync("/a", context => context.ProxyRequest.RequestUri = new Uri("http://else.test/")));

    private static async Task<string?> ApplyAsync(string target, Action<RequestTransformContext>? before = null)
    {
        var http = new DefaultHttpContext();
        var question = target.IndexOf('?', StringComparison.Ordinal);
        http.Request.Path = target.StartsWith('/') ? PathString.FromUriComponent(question < 0 ? target : target[..question]) : "/";
        http.Request.QueryString = question < 0 ? QueryString.Empty : new QueryString(target[question..]);
        http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = target;
        using var request = new HttpRequestMessage();
        var context = new RequestTransformContext
        {
            HttpContext = http,
            ProxyRequest = request,
            DestinationPrefix = "http://upstream.test:9000/",
            Path = http.Request.Path,
            Query = new QueryTransformContext(http.Request),
        };
        before?.Invoke(context);
        await new UpstreamTargetTransform().ApplyAsync(context);
        return request.RequestUri?.OriginalString;
    }
}

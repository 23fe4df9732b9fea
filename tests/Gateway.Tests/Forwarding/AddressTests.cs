using System.Globalization;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using SseGateway.Configuration;
using SseGateway.Configuration.Syntax;
using Xunit;

namespace Gateway.Tests.Forwarding;

/// <summary>Where a service may be: a host, a Unix socket, and behind HTTP/2 without TLS.</summary>
public sealed class AddressTests
{
    [Theory]
    [InlineData("unix:{0}", HttpProtocols.Http1, "--upstream")]
    [InlineData("http://unix:{0}", HttpProtocols.Http1, "--upstream")]
    [InlineData("HTTP://UNIX:{0}", HttpProtocols.Http1, "cluster")]
    [InlineData("unix:{0}", HttpProtocols.Http1, "cluster")]
    [InlineData("h2c://unix:{0}", HttpProtocols.Http2, "--upstream")]
    [InlineData("h2c://127.0.0.1:{1}", HttpProtocols.Http2, "--upstream")]
    [InlineData("h2c://127.0.0.1:{1}", HttpProtocols.Http2, "cluster")]
    [InlineData("H2C://127.0.0.1:{1}/", HttpProtocols.Http2, "cluster")]
    public async Task A_service_is_reached(string address, HttpProtocols version, string how)
    {
        var onSocket = address.Contains("unix", StringComparison.OrdinalIgnoreCase);
        await using var upstream = await AnyUpstream.StartAsync(version, onSocket, app => app.Run(AnyUpstream.EchoAsync));
        var url = onSocket ? address.Replace("{0}", upstream.Socket, StringComparison.Ordinal)
            : address.Replace("{1}", upstream.Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        await using var gateway = how == "--upstream"
            ? await GatewayUnderTest.StartWithArgumentsAsync("--upstream", url)
            : await GatewayUnderTest.StartAsync(url);

        using var stream = await gateway.OpenAsync("/events?a=%2F");
        using var post = await gateway.SendAsync("POST", "/say", body: "hello");

        var (protocol, host) = (version == HttpProtocols.Http2 ? "HTTP/2" : "HTTP/1.1", onSocket ? "localhost" : $"127.0.0.1:{upstream.Port}");
        Assert.Equal((200, "text/event-stream"), (stream.Status, stream.Head.Value("Content-Type")));
        await stream.ExpectAsync($"data: {protocol} GET {host} /events?a=%2F\n\n");
        Assert.Equal($"{protocol} POST {host} /say hello", await post.ReadTextAsync());
    }

    [Fact]
    public async Task A_socket_that_is_not_there_is_502_with_its_cause()
    {
        await using var gateway = await GatewayUnderTest.StartWithArgumentsAsync("--upstream", "unix:/nonexistent/service.sock");

        using var response = await gateway.OpenAsync();

        Assert.Equal(502, response.Status);
        Assert.Contains(gateway.Log.Lines, line => line.Contains("[102]", StringComparison.Ordinal) && line.Contains("destination upstream1, GET /events: ",
            StringComparison.Ordinal) && !line.Contains("invalid", StringComparison.Ordinal));
    }

    [Fact]
    public void The_longest_path_of_a_socket_is_one()
    {
        var path = "/" + new string('ä', 53);
        Assert.True(UpstreamAddress.TryParse("unix:" + path, out var address, out _));
        Assert.Equal(path, UpstreamAddress.SocketOf(new Uri(address.Url).Host));
        Assert.Null(UpstreamAddress.SocketOf("unix.invalid"));
        Assert.Null(UpstreamAddress.SocketOf("127.0.0.1"));
    }

    [Theory]
    [InlineData("unix:run/service.sock", "must have the whole path of the socket, from the root: unix:/path/to/socket")]
    [InlineData("http://unix:./service.sock", "must have the whole path of the socket, from the root: unix:/path/to/socket")]
    [InlineData("unix:", "must have the whole path of the socket, from the root: unix:/path/to/socket")]
    [InlineData("unix:/run/", "must name the socket and not its folder: unix:/path/to/socket")]
    [InlineData("https://unix:/run/service.sock", "must be unix:/path/to/socket; TLS on a socket is not supported")]
    [InlineData("127.0.0.1:9000", "must have a scheme (http://127.0.0.1:9000?)")]
    [InlineData("localhost", "must have a scheme (http://localhost?)")]
    [InlineData("localhost:9000/api", "must have a scheme (http://localhost:9000/api?)")]
    [InlineData("ws://localhost", UpstreamAddress.Forms)]
    [InlineData("not a url", UpstreamAddress.Forms)]
    [InlineData("h2c://", UpstreamAddress.Forms)]
    [InlineData("http://localhost?a=1", "must have a host, and no query, fragment or password")]
    [InlineData("http://me:secret@localhost", "must have a host, and no query, fragment or password")]
    public void What_is_wrong_with_an_address_is_said_once_in_the_words_of_who_wrote_it(string address, string problem)
    {
        Assert.Equal([$"--upstream: {problem}, got \"{address}\""], Errors("--upstream", address));
        Assert.Equal([$"ReverseProxy:Clusters:c:Destinations:d:Address: {problem}, got \"{address}\""], Errors(
            "--ReverseProxy:Routes:r:ClusterId=c", "--ReverseProxy:Routes:r:Match:Path={**p}", $"--ReverseProxy:Clusters:c:Destinations:d:Address={address}"));
    }

    [Fact]
    public void A_path_that_is_too_long_for_a_socket_is_said() => Assert.Contains(
        "has a path of 108 bytes, and a socket's may have 107", Assert.Single(Errors("--upstream", "unix:/" + new string('a', 107))), StringComparison.Ordinal);

    [Fact]
    public void A_cluster_is_spoken_to_in_one_version()
    {
        Assert.Equal(["--upstream: must be h2c:// for all or for none"], Errors("--upstream", "h2c://a:1", "--upstream", "http://b:1"));
        Assert.Equal(["ReverseProxy:Clusters:c:Destinations: must be all of h2c:// or none: a cluster is spoken to in one version of HTTP"], Errors(
            "--ReverseProxy:Routes:r:ClusterId=c", "--ReverseProxy:Routes:r:Match:Path={**p}",
            "--ReverseProxy:Clusters:c:Destinations:d:Address=h2c://a:1", "--ReverseProxy:Clusters:c:Destinations:e:Address=unix:/a"));
    }

    private static IReadOnlyList<string> Errors(params string[] arguments) =>
        Assert.Throws<StartupErrorsException>(() => SseGateway.GatewayApp.Build(arguments)).Errors;
}

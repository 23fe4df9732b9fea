using System.Net;
using Gateway.Tests.Client;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Xunit;

namespace Gateway.Tests.Executable.Limits;

/// <summary>The program whose output nobody reads. A pipe takes 64 KiB, a terminal after Ctrl+S less.</summary>
[Collection<Crowds>]
public sealed class UnreadLogTests
{
    // A line of the access log with a long path: some megabytes are more than any queue may hold.
    private const int Requests = 500;

    [Theory]
    [InlineData(">$pipe")]
    [InlineData(">$pipe 2>&1")]
    [InlineData("2>$pipe", "--Logging:Console:LogToStandardErrorThreshold=Trace")]
    [InlineData(">$pipe", "--Logging:Console:FormatterName=json")]
    public async Task Nobody_waits_for_the_log_and_what_was_lost_is_said(string redirection, params string[] arguments)
    {
        await using var upstream = SteadyUpstream.Start(1, TimeSpan.FromMilliseconds(100));
        await using var output = await UnreadOutput.StartAsync(
            redirection, ["--upstream", upstream.Url, "--urls", "http://127.0.0.1:0", "--admin-url", "http://127.0.0.1:0", .. arguments]);
        var path = new string('p', 7000);
        for (var i = 0; i < Requests; i++)
        {
            // Refused before anything else, with a line like any other request.
            using var client = await ConnectAsync(output.Port);
            await client.SendAsync($"GET /{path}\u0001 HTTP/1.1\r\nHost: h\r\n\r\n");
            await client.ReadResponseAsync();
        }

        using var stream = await ConnectAsync(output.Port);
        await stream.SendAsync("GET /events HTTP/1.1\r\nHost: h\r\nAccept: text/event-stream\r\n\r\n");
        using var follower = new Follower(await stream.ReadResponseAsync());
        await follower.ExpectMoreAsync();
        using var operators = new HttpClient { BaseAddress = output.Admin };
        Assert.Equal(HttpStatusCode.OK, (await operators.GetAsync("/healthz/live", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Matches(@"sse_gateway_log_lines_dropped_total\S* [1-9]", await operators.GetStringAsync("/metrics", TestContext.Current.CancellationToken));

        Assert.Matches("The log could not be written for a while: [1-9][0-9]* lines were dropped", await output.ReadToAsync("could not be written"));
    }

    [Fact]
    public async Task An_output_that_nobody_reads_does_not_keep_the_program_from_its_end()
    {
        await using var output = await UnreadOutput.StartAsync(
            ">$pipe", "--upstream", "http://127.0.0.1:9", "--urls", "http://127.0.0.1:0", "--admin-url", "off", "--drain-window", "0");
        var path = new string('p', 7000);
        for (var i = 0; i < 50; i++)
        {
            using var client = await ConnectAsync(output.Port);
            await client.SendAsync($"GET /{path} HTTP/1.1\r\nHost: h\r\n\r\n");
            await client.ReadResponseAsync();
        }

        await output.Gateway.SignalAsync("TERM");
        Assert.Equal(0, await output.Gateway.WaitForExitAsync());
    }

    private static Task<RawClient> ConnectAsync(int port) => RawClient.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
}

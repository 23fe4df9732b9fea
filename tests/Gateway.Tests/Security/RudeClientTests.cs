using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Xunit;

namespace Gateway.Tests.Security;

/// <summary>Whatever a client does, it wakes nobody: no line of the log is an error or critical, and none of its bytes command a terminal.</summary>
public sealed class RudeClientTests
{
    private const string Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private const string NoSettings = "\0\0\0\u0004\0\0\0\0\0";

    private static readonly string[] Openings =
    [
        "", "\0", "\u001b[2J\r\n\r\n", "GET", "GET /\u001b[2J HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: \u001b[2J\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: \u001b]0;x\u0007\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n",
        "GET /%1b%5b2J%0d%0acrit: HTTP/1.1\r\nHost: a\r\n\r\n", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\u001b\r\n", "\u0016\u0003\u0001\0\u0005hello",
        Preface, Preface + "GET / HTTP/1.1\r\n\r\n", Preface + NoSettings + "\0\0\u0001\u0001\u0005\0\0\0\u0001\u00ff",
        Preface + NoSettings + "\u00ff\u00ff\u00ff\0\0\0\0\0\u0001", Preface + NoSettings + "\0\0\u0004\u0003\0\0\0\0\u0009\0\0\0\u0008", "PRI * HTTP/2.0\r\n",
    ];

    [Fact]
    public async Task No_client_causes_an_alarm()
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(async exchange =>
        {
            if (exchange.Request.Target == "/events") await exchange.StartStreamAsync();
            else await exchange.AnswerAsync(200, "text/plain", "ok");
        });
        await using var gateway = GatewayProcess.Start("--upstream", upstream.Url, "--urls", "http://127.0.0.1:0", "--admin-url", "off");
        foreach (var opening in Openings)
        {
            using var leaves = await gateway.ConnectAsync();
            await leaves.SendWhatIsTakenAsync(opening);
            leaves.Leave();
            using var resets = await gateway.ConnectAsync();
            await resets.SendWhatIsTakenAsync(opening);
            resets.Reset();
        }

        for (var i = 0; i < 20; i++)
        {
            // In the middle of a stream, and before its head.
            using var stream = await gateway.ConnectAsync();
            await stream.SendAsync("GET /events HTTP/1.1\r\nHost: a\r\nAccept: text/event-stream\r\n\r\n");
            if (i % 2 == 0) Assert.Equal(200, (await stream.ReadResponseAsync()).Status);
            stream.Reset();
        }

        using var last = await gateway.ConnectAsync();
        await last.SendAsync("GET /last HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal(200, (await last.ReadResponseAsync()).Status);
        await Deadline.UntilAsync(() => gateway.Console.Contains("GET /last 200", StringComparison.Ordinal), "the line of the last request");

        var lines = gateway.Console.Split('\n');
        Assert.DoesNotContain(lines, line => line.Contains("crit:", StringComparison.Ordinal) && !line.Contains("%0acrit:", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("fail:", StringComparison.Ordinal));
        Assert.DoesNotContain(gateway.Console, c => char.IsControl(c) && c != '\n');
    }
}

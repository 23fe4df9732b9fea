using System.Net;
using SseGateway.Harness.Client;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using SseGateway.Harness.Scripts;
using SseGateway.Harness.Wire;
using Xunit;

namespace Harness.Tests.Scripts;

public sealed class ScriptPlayerTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("d0,h1c")]
    [InlineData("d1,h1c")]
    [InlineData("d2,h1l")]
    [InlineData("d3,h1x")]
    [InlineData("dcr,h10")]
    [InlineData("dln,h1l")]
    [InlineData("dr7,h1c")]
    public async Task A_body_is_the_same_under_every_profile(string profile)
    {
        var script = CaseScripts.Find("2.1.1")!;
        var (body, ending, _) = await PlayAsync(script, script.Runs[0].Connections[0], profile);
        Assert.Equal(script.Runs[0].Connections[0].BodyOf(script), body);
        Assert.Equal(Ending.Clean, ending);
    }

    [Fact]
    public async Task A_cut_leaves_the_body_unfinished()
    {
        var script = CaseScripts.Find("3.3.3")!;
        var (body, ending, _) = await PlayAsync(script, script.Runs[0].Connections[0], "d0");
        Assert.Equal("data: a\n\n"u8.ToArray(), body);
        Assert.Equal(Ending.Unclean, ending);
    }

    [Fact]
    public async Task A_lockstep_point_is_waited_for()
    {
        var script = CaseScripts.Find("2.2.1")!;
        var (_, _, acks) = await PlayAsync(script, script.Runs[0].Connections[0], "d0");
        Assert.Equal([1, 2], acks);
    }

    private static async Task<(byte[] Body, Ending Ending, List<int?> Acks)> PlayAsync(CaseScript script, ScriptConnection connection, string profile)
    {
        await using var origin = await StreamOrigin.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        var tap = new WireTap();
        using var run = origin.Begin(tap, Token);
        var acks = new List<int?>();
        var target = await TargetAddress.ResolveAsync(new Uri($"http://{origin.Address}"), Token);
        using var client = await ClientConnection.ConnectAsync(target, tap, Token);
        await client.SendRequestAsync("GET", run.Path, []);
        var playing = ScriptPlayer.PlayAsync(script, connection, await run.NextAsync(), AckAsync, DeliveryProfile.Parse(profile), Token);
        using var response = await client.ReadResponseAsync();
        var ending = await response.ReadToEndAsync();
        client.Leave();
        await playing;
        return (response.Body, ending, acks);

        Task AckAsync(ScriptStep step, CancellationToken cancellation)
        {
            acks.Add(step.Ack);
            return Task.CompletedTask;
        }
    }
}

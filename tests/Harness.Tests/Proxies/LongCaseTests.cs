using System.Net;
using Harness.Tests.Proxies.Forwarding;
using SseGateway.Harness.Checks;
using SseGateway.Harness.Checks.Life;
using SseGateway.Harness.Client;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;
using Xunit;

namespace Harness.Tests.Proxies;

/// <summary>
/// The cases that take minutes, in moments: a target that holds everything back is not blamed by them, since 7.2 is, and one that cuts what is long is.
/// </summary>
public sealed class LongCaseTests
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    [Theory]
    [InlineData("busy", Defect.None)]
    [InlineData("busy", Defect.BuffersEverything)]
    [InlineData("busy", Defect.HoldsTheLastEvent)]
    [InlineData("heartbeats", Defect.BuffersEverything)]
    [InlineData("slow head", Defect.None)]
    [InlineData("slow head", Defect.BuffersEverything)]
    public async Task What_holds_back_is_not_blamed_for_what_is_long(string name, Defect defect) =>
        Assert.Equal(Verdict.Ok, (await AskAsync(name, defect, idle: null)).Verdict);

    [Fact]
    public async Task What_cuts_a_silent_stream_is() =>
        Assert.Equal(Verdict.Failed, (await AskAsync("heartbeats", Defect.BuffersEverything, idle: Pause / 5)).Verdict);

    private static async Task<Outcome> AskAsync(string name, Defect defect, TimeSpan? idle)
    {
        await using var origin = await StreamOrigin.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        await using var proxy = new ForwardingProxy(origin.Address, defect, idle: idle);
        var target = await TargetAddress.ResolveAsync(new Uri($"http://{proxy.Address}"), TestContext.Current.CancellationToken);
        using var check = new CheckContext(target, origin, new TargetProfile(), new WireTap(), seed: 1, TestContext.Current.CancellationToken);
        var (_, outcome) = await Part.RunAsync(name, () => name switch
        {
            "busy" => IdleChecks.BusyAsync(check, 5, Pause),
            "heartbeats" => IdleChecks.HeartbeatsAsync(check, 3, Pause),
            _ => IdleChecks.SlowHeadAsync(check, Pause),
        });
        return outcome;
    }
}

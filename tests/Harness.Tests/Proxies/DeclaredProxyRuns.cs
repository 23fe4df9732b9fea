using System.Net;
using Harness.Tests.Proxies.Forwarding;
using SseGateway.Harness.Checks;
using SseGateway.Harness.Checks.Running;
using SseGateway.Harness.Client;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;

namespace Harness.Tests.Proxies;

/// <summary>One run against each of the proxies of <see cref="DeclaredProxyTests"/>, all at once: they wait for heartbeats and outages.</summary>
public sealed class DeclaredProxyRuns : IDisposable
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromMilliseconds(300);

    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<Defect, Task<IReadOnlyList<CaseResult>>> _runs;

    public DeclaredProxyRuns() =>
        _runs = Enum.GetValues<Defect>().Where(
            defect => defect is Defect.None or > Defect.ReusesTheConnectionOfAHead and < Defect.GivesUpSilentClients).ToDictionary(defect => defect, RunAsync);

    public static IReadOnlyList<string> Asked { get; } =
        ["2.3.13", "4.1.11", "4.1.12", "4.1.13", "4.1.14", "4.2.9", "5.2.9", "5.2.11", "7.3.13", "7.4.6", "7.4.14"];

    internal Task<IReadOnlyList<CaseResult>> Of(Defect defect) => _runs[defect];

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private async Task<IReadOnlyList<CaseResult>> RunAsync(Defect defect)
    {
        await using var origin = await StreamOrigin.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        await using var proxy = new ForwardingProxy(origin.Address, defect, Heartbeat);
        var target = await TargetAddress.ResolveAsync(new Uri($"http://{proxy.Address}"), _stopping.Token);
        var profile = new TargetProfile { Capabilities = ["inserts-comments", "shares"], HeartbeatSeconds = Heartbeat.TotalSeconds };
        var cases = CheckCase.All.Where(check => Asked.Contains(check.Row.Id)).ToArray();
        return await new CheckRunner(target, origin, profile, seed: 1, parallel: 8, again: "check") { Confirms = true }.RunAsync(cases, _stopping.Token);
    }
}

using System.Net;
using Harness.Tests.Proxies.Forwarding;
using SseGateway.Harness.Checks;
using SseGateway.Harness.Checks.Running;
using SseGateway.Harness.Client;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;

namespace Harness.Tests.Proxies;

/// <summary>One run of the harness against each broken proxy, a few at a time: mostly they wait for what does not come.</summary>
public sealed class ProxyRuns : IDisposable
{
    private readonly SemaphoreSlim _room = new(5);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<Defect, Task<IReadOnlyList<CaseResult>>> _runs;

    // Those after it are about cases that a target has to declare something for (DeclaredProxyTests).
    public ProxyRuns() => _runs = Enum.GetValues<Defect>().Where(defect => defect <= Defect.ReusesTheConnectionOfAHead).ToDictionary(defect => defect,
        defect => RunAsync(defect, _ => true));

    internal Task<IReadOnlyList<CaseResult>> Of(Defect defect) => _runs[defect];

    /// <summary>What has failed and should not have: with many runs at once it may only have been late.</summary>
    internal Task<IReadOnlyList<CaseResult>> AgainAsync(Defect defect, IReadOnlyCollection<string> ids) => RunAsync(defect, ids.Contains);

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
        _room.Dispose();
    }

    private async Task<IReadOnlyList<CaseResult>> RunAsync(Defect defect, Func<string, bool> asked)
    {
        await _room.WaitAsync(_stopping.Token);
        try
        {
            await using var origin = await StreamOrigin.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
            await using var proxy = new ForwardingProxy(origin.Address, defect);
            var target = await TargetAddress.ResolveAsync(new Uri($"http://{proxy.Address}"), _stopping.Token);
            var cases = CheckCase.All.Where(check => check.Row is { Wave: <= 2, Long: false } && check.Row.IsFor('X') && asked(check.Row.Id)).ToArray();
            return await new CheckRunner(target, origin, new TargetProfile(), seed: 1, parallel: 16, again: "check").RunAsync(cases, _stopping.Token);
        }
        finally
        {
            _room.Release();
        }
    }
}

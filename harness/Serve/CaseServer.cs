using System.Collections.Concurrent;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Scripts;

namespace SseGateway.Harness.Serve;

/// <summary>Plays cases to whoever asks: <c>/case/ID</c> its first answer at each request, and runs that were created at the control port.</summary>
internal sealed class CaseServer(StreamOrigin origin, CancellationToken cancellation) : IDisposable
{
    private const string CasePath = "/case/";
    private const int MostRuns = 1000;

    private readonly ConcurrentDictionary<string, ServedRun> _runs = new();
    private readonly ConcurrentQueue<string> _order = new();

    public StreamOrigin Origin { get; } = origin;

    public ServedRun? Find(string token) => _runs.GetValueOrDefault(token);

    /// <summary>Begins a run.</summary>
    /// <param name="id">Of the case.</param>
    /// <param name="variant">The name of one of its runs; null is the first.</param>
    /// <param name="profile">Delivery and transport; null is the default.</param>
    /// <param name="lockstep">Whether it waits for reports.</param>
    /// <exception cref="FormatException">There is no such case, run or profile.</exception>
    public ServedRun Begin(string id, string? variant, string? profile, bool lockstep)
    {
        var script = CaseScripts.Find(id) ?? throw new FormatException($"there is no case {id} that is data; `sse-harness list` shows all");
        var run = variant is null ? script.Runs[0] : script.Runs.FirstOrDefault(run => run.Name == variant)
            ?? throw new FormatException($"{id} has no run {variant}, but {string.Join(", ", script.Runs.Select(run => run.Name))}");
        var served = new ServedRun(script, run, Origin, profile is null ? DeliveryProfile.Default : DeliveryProfile.Parse(profile), lockstep, cancellation);
        _runs[served.Token] = served;
        _order.Enqueue(served.Token);
        while (_order.Count > MostRuns && _order.TryDequeue(out var oldest))
        {
            Forget(oldest);
        }

        return served;
    }

    /// <returns>False when there is none.</returns>
    public bool Forget(string token)
    {
        if (!_runs.TryRemove(token, out var run))
        {
            return false;
        }

        run.Dispose();
        return true;
    }

    /// <summary>The run for a request to <c>/case/ID</c>, with <c>?variant=NAME</c> and <c>?profile=d1,h1l</c>; null when it is none.</summary>
    public OriginRun? ForTarget(string target)
    {
        var (path, query) = target.Split('?', 2) is [var before, var after] ? (before, after) : (target, "");
        if (!path.StartsWith(CasePath, StringComparison.Ordinal))
        {
            return null;
        }

        var values = query.Split('&').Select(
            pair => pair.Split('=', 2)).Where(pair => pair.Length == 2).ToLookup(pair => pair[0], pair => Uri.UnescapeDataString(pair[1].Replace('+', ' ')));
        try
        {
            return Begin(path[CasePath.Length..], values["variant"].FirstOrDefault(), values["profile"].FirstOrDefault(), lockstep: false).Requests;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        foreach (var token in _runs.Keys)
        {
            Forget(token);
        }
    }
}

using SseGateway.Harness.ClientTests;
using SseGateway.Harness.ClientTests.Judging;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Scripts;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Serve;

/// <summary>A run of a case that somebody asked for: its answers go on from request to request, in lockstep where that was asked for.</summary>
internal sealed class ServedRun : IDisposable
{
    private static readonly TimeSpan LockstepLimit = TimeSpan.FromSeconds(60);

    private readonly OriginRun _requests;

    public ServedRun(CaseScript script, ScriptRun run, StreamOrigin origin, DeliveryProfile profile, bool lockstep, CancellationToken cancellation)
    {
        (Script, Run, IsLockstep) = (script, run, lockstep);
        var tap = new WireTap();
        Seen = new Observation(script.Id, tap);
        _requests = origin.Begin(tap, cancellation);
        var limit = lockstep ? LockstepLimit : TimeSpan.Zero;
        var server = new ScriptedServer(script, run, _requests, origin.Address, Seen, profile, lockstep, cancellation) { LockstepLimit = limit };
        _requests.Respond = server.AnswerAsync;
        Url = server.Url;
    }

    public CaseScript Script { get; }

    public ScriptRun Run { get; }

    /// <summary>Whether it waits at lockstep points for reports.</summary>
    public bool IsLockstep { get; }

    public string Token => _requests.Token;

    public string Url { get; }

    /// <summary>What was reported of it and asked of it.</summary>
    public Observation Seen { get; }

    /// <summary>Its side at the stream server.</summary>
    public OriginRun Requests => _requests;

    public void Dispose() => _requests.Dispose();
}

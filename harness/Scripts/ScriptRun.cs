using SseGateway.Harness.Scripts.Expectations;

namespace SseGateway.Harness.Scripts;

/// <summary>One variant of a case: a client that is started once, and the answers to its requests in order.</summary>
internal sealed record ScriptRun
{
    /// <summary>Tells the runs of a case apart; empty where there is one only.</summary>
    public string Name { get; init; } = "";

    /// <summary>What the client has to declare for this run; the others of its case are run without it.</summary>
    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>What the application does with its client.</summary>
    public AppActions App { get; init; } = AppActions.None;

    /// <summary>Added to the URL that the client gets, e.g. <c>?a=b</c>.</summary>
    public string UrlSuffix { get; init; } = "";

    /// <summary>Answers, one a request. Later requests get 204.</summary>
    public required IReadOnlyList<ScriptConnection> Connections { get; init; }

    /// <summary>The connections begin anew when they are used up, instead of 204.</summary>
    public bool Loop { get; init; }

    /// <summary>Acceptable outcomes; the first that fits says the verdict, and none is a failure.</summary>
    public required IReadOnlyList<Acceptance> Expect { get; init; }

    /// <summary>When the run is over; null follows from the rest.</summary>
    public RunEnd? Until { get; init; }

    /// <summary>How long no further request may come where the client has to stop.</summary>
    public int QuietMs { get; init; } = 5000;
}

namespace SseGateway.Harness.ClientTests;

/// <summary>How patient the harness is where nothing more must come.</summary>
/// <param name="QuietScale">Of the quiet times that the cases ask for.</param>
/// <param name="Settle">For what is still on its way when a run is over.</param>
internal sealed record ClientPace(double QuietScale, TimeSpan Settle)
{
    public static readonly ClientPace Default = new(1, TimeSpan.FromMilliseconds(300));

    /// <summary>How long a client may take until it asks or says anything; only then a case's own time begins.</summary>
    public TimeSpan Start { get; init; } = TimeSpan.FromSeconds(20);
}

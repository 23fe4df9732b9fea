using SseGateway.Harness.Origin;

namespace SseGateway.Harness.ClientTests.Judging;

/// <summary>A request of the client under test and what became of it.</summary>
internal sealed class Answer(OriginExchange exchange, bool scripted)
{
    public OriginExchange Exchange { get; } = exchange;

    /// <summary>Whether the script has an answer to it; if not it got 204.</summary>
    public bool Scripted { get; } = scripted;

    /// <summary>The request's body; empty without one.</summary>
    public byte[] Body { get; set; } = [];

    /// <summary>Milliseconds since the run began at which the end of the answer was sent; null while it is not.</summary>
    public double? EndedMs { get; set; }
}

using System.Text.Json.Serialization;

namespace SseGateway.Harness.Checks.Edge;

/// <summary>What becomes of a credential on its way to the upstream.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Forwarding>))]
internal enum Forwarding
{
    Removed,

    Forwarded,

    /// <summary>By another one, which is the target's own.</summary>
    Replaced,
}

using System.Text.Json.Serialization;

namespace SseGateway.Harness.Scripts;

/// <summary>The answer to one request, step by step.</summary>
internal sealed record ScriptConnection
{
    /// <summary>How the body is delimited, where it does not depend on the profile.</summary>
    public Transport? Framing { get; init; }

    public required IReadOnlyList<ScriptStep> Steps { get; init; }

    /// <summary>Whether the script itself says how the body ends. If not, the sentinel and a clean end follow.</summary>
    [JsonIgnore]
    public bool HasOwnEnding => Steps.Any(step => step.IsEnding) || Steps.Any(step => step.Head is { Status: not 200 });

    /// <summary>All bytes of the body that the steps send, without the sentinel and without what is sent raw.</summary>
    [JsonIgnore]
    public byte[] Body => [.. Steps.Where(step => step.Send is not null).SelectMany(step => step.Send!.Bytes)];

    /// <summary>All bytes of the body that are sent, with the sentinel where it is.</summary>
    public byte[] BodyOf(CaseScript script) => HasOwnEnding ? Body : [.. Body, .. Sentinel.For(script.Id)];
}

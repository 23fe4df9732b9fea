using System.Text.Json;
using System.Text.Json.Serialization;

namespace SseGateway.Harness.Checks;

/// <summary>What a target declares of itself, from a JSON file: capabilities, and the set-up that the edge cases need.</summary>
internal sealed record TargetProfile
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>E.g. <c>inserts-comments</c>, <c>rewrites</c>, <c>shares</c>, <c>replay</c>.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = [];

    /// <summary>Field lines sent with every request, e.g. <c>Authorization: Bearer ...</c>.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>With <c>shares</c>: how long the upstream stream is kept when the last client has left.</summary>
    public double LingerSeconds { get; init; }

    /// <summary>Where the target speaks HTTP/2 to clients: by prior knowledge for <c>http</c>, by ALPN for <c>https</c>. Null is nowhere.</summary>
    public Uri? Http2 { get; init; }

    /// <summary>Where the target speaks HTTP/1.1 to clients and HTTP/2 to the origin. Null is nowhere.</summary>
    public Uri? ViaHttp2Origin { get; init; }

    /// <summary>Where the target speaks HTTP/2 to clients and to the origin. Null is nowhere.</summary>
    public Uri? Http2ViaHttp2Origin { get; init; }

    /// <summary>Seconds between the comments that a target with <c>inserts-comments</c> sends on an idle stream.</summary>
    public double HeartbeatSeconds { get; init; } = 15;

    public bool Has(string capability) => Capabilities.Contains(capability, StringComparer.OrdinalIgnoreCase);

    /// <exception cref="JsonException">The file is no such JSON, or has a member that is not known.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static TargetProfile Read(string path) => JsonSerializer.Deserialize<TargetProfile>(File.ReadAllText(path), Json) ?? new TargetProfile();
}

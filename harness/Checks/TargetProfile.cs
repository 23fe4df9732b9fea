using System.Text.Json;
using System.Text.Json.Serialization;
using SseGateway.Harness.Checks.Edge;
using SseGateway.Harness.Checks.Publisher;

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

    /// <summary>CORS of the target's own; null without.</summary>
    public CorsSetup? Cors { get; init; }

    /// <summary>Tokens the target asks for; null where it asks for none.</summary>
    public AuthSetup? Auth { get; init; }

    /// <summary>Limits of the target; null without.</summary>
    public LimitSetup? Limits { get; init; }

    /// <summary>How the target replays, with the capability <c>replay</c>; null is what most do.</summary>
    public ReplaySetup? Replay { get; init; }

    /// <summary>What only its operator may use; null is not known.</summary>
    public AdminSetup? Admin { get; init; }

    /// <summary>The publisher or formatter that is judged; null without.</summary>
    public PublisherSetup? Publisher { get; init; }

    /// <summary>Requests that the target answers with an error of its own.</summary>
    public IReadOnlyList<ErrorSetup> Errors { get; init; } = [];

    /// <summary>The target's process, so that its memory can be looked at; null where that is not possible.</summary>
    public ProcessSetup? Process { get; init; }

    /// <summary>The file's folder: paths in it begin there.</summary>
    [JsonIgnore]
    public string Folder { get; init; } = Directory.GetCurrentDirectory();

    /// <summary>The full path of a file that the profile names.</summary>
    public string File(string path) => Path.GetFullPath(path, Folder);

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
    public static TargetProfile Read(string path) =>
        (JsonSerializer.Deserialize<TargetProfile>(System.IO.File.ReadAllText(path), Json) ?? new TargetProfile()) with
        {
            Folder = Path.GetDirectoryName(Path.GetFullPath(path))!,
        };
}

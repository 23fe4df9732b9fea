using System.Text.Json;
using System.Text.Json.Serialization;
using SseGateway.Harness.Checks.Edge.Setups;
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

    /// <summary>For how long a target that shares keeps its upstream stream when the last client has left.</summary>
    public double LingerSeconds { get; init; }

    /// <summary>The name of a field by whose value a target that shares parts the clients of a URL; null when it does not.</summary>
    public string? PartedBy { get; init; }

    /// <summary>After how long without an upstream's head the target answers 504; null is not said.</summary>
    public double? HeadTimeoutSeconds { get; init; }

    /// <summary>Parts of the target whose upstream cannot be reached.</summary>
    public UnreachableUpstreams? Unreachable { get; init; }

    /// <summary>URL or path of the target where it has two upstreams, both of them the origin.</summary>
    public string? Failover { get; init; }

    /// <summary>A part of the target with an upstream of the case's own: HTTP/2 in cleartext, such as one with ten streams on a connection.</summary>
    public OwnUpstream? TenStreams { get; init; }

    /// <summary>The same with HTTP/1.1 over TLS, with a certificate that nobody has signed.</summary>
    public OwnUpstream? TlsUpstream { get; init; }

    /// <summary>How the origin is made to vanish without a FIN, for the target alone.</summary>
    public VanishingUpstream? Vanish { get; init; }

    /// <summary>How the network between the target and its clients is silenced, for the target alone.</summary>
    public SilentNetwork? Silence { get; init; }

    /// <summary>How the network between the target and its clients is made to lose packets at random.</summary>
    public SilentNetwork? Loss { get; init; }

    /// <summary>A second instance of the target, to be reloaded and stopped.</summary>
    public DrainedTarget? Drain { get; init; }

    /// <summary>After how long without bytes the target ends a stream; null is never.</summary>
    public double? IdleLimitSeconds { get; init; }

    /// <summary>A path that is open to everybody, e.g. <c>/sse</c>, when <see cref="ClosedPath"/> is not.</summary>
    public string? OpenPath { get; init; }

    /// <summary>A path under a rule of its own by which nobody gets through, e.g. <c>/admin</c>.</summary>
    public string? ClosedPath { get; init; }

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

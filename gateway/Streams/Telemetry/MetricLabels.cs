using SseGateway.Streams.Endings;
using SseGateway.Streams.Life;

namespace SseGateway.Streams.Telemetry;

/// <summary>
/// The labels of the metrics and their values: settings' names and enums, so that their number has a bound. Never anything that a client
/// chooses, such as a subject or an address.
/// </summary>
internal static class MetricLabels
{
    public const string Route = "route";
    public const string Mode = "mode";
    public const string Reason = "reason";
    public const string Limit = "limit";
    public const string McpMethod = "mcp_method";

    /// <summary>The word for a mode in metrics, logs and traces.</summary>
    public static string Word(this StreamMode mode) => mode switch
    {
        StreamMode.Relay => "relay",
        StreamMode.Shared => "shared",
        StreamMode.Kept => "kept",
        _ => Camel(mode.ToString()),
    };

    /// <summary>The word for the end of a stream in metrics, logs and notices, e.g. <c>upstreamEnded</c>.</summary>
    public static string Word(this CloseReason reason) => CloseReasons[(int)reason];

    /// <summary>The word for what a stream was refused by, in metrics and traces.</summary>
    public static string Word(this RefusalReason reason) => reason switch
    {
        RefusalReason.TotalStreams => "total",
        RefusalReason.RouteStreams => "route",
        RefusalReason.AddressStreams => "address",
        RefusalReason.SubjectStreams => "subject",
        RefusalReason.ConnectRate => "rate",
        RefusalReason.OpenFiles => "files",
        RefusalReason.Memory => "memory",
        RefusalReason.Draining => "draining",
        RefusalReason.KeysUnavailable => "keys",
        _ => Camel(reason.ToString()),
    };

    /// <summary>The word for what became of a request for a stream, in traces.</summary>
    public static string Word(this OpeningOutcome outcome) => Camel(outcome.ToString());

    private static readonly string[] CloseReasons = [.. Enum.GetValues<CloseReason>().Order().Select(reason => Camel(reason.ToString()))];

    private static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}

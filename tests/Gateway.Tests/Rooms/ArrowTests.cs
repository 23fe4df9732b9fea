using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using ArchUnitNET.xUnitV3;
using SseGateway;
using Xunit;
using static ArchUnitNET.Fluent.ArchRuleDefinition;

namespace Gateway.Tests.Rooms;

/// <summary>Which room of the gateway may know which: Hosting and Admin know everybody, Edge, Relay and Sharing the streams, Keeping the log that is Sharing's,
/// and nobody knows them.</summary>
public sealed class ArrowTests
{
    private const string Root = "SseGateway";

    // All of Transport but Http, which anybody may know.
    private const string Sends = "Transport.(Client|Upstream|Connecting|Early|Gathering|Polling|Requests|Taken)";

    private static readonly Architecture Gateway = new ArchLoader().LoadAssemblies(typeof(GatewayApp).Assembly).Build();

    [Theory]
    [InlineData("Transport.Http", "Admin|Affinity|Configuration|Edge|Fleet|Hosting|Keeping|Relay|Reload|Sharing|Streams|Telemetry|Tls|" + Sends)]
    [InlineData("Configuration", "Admin|Affinity|Edge|Fleet|Hosting|Keeping|Relay|Reload|Sharing|Streams|Telemetry|Tls|" + Sends)]
    [InlineData("Streams", "Admin|Affinity|Edge|Fleet|Hosting|Keeping|Relay|Reload|Sharing|Telemetry|Tls|" + Sends)]
    [InlineData("Transport", "Admin|Affinity|Edge|Fleet|Hosting|Keeping|Relay|Reload|Sharing|Telemetry|Tls")]
    [InlineData("Edge", "Admin|Affinity|Fleet|Hosting|Keeping|Relay|Reload|Sharing|Telemetry|Tls")]
    [InlineData("Relay", "Admin|Affinity|Edge|Fleet|Hosting|Keeping|Reload|Sharing|Telemetry|Tls")]
    [InlineData("Sharing", "Admin|Affinity|Edge|Fleet|Hosting|Keeping|Relay|Reload|Telemetry|Tls")]
    [InlineData("Keeping", "Admin|Affinity|Edge|Fleet|Hosting|Relay|Reload|Telemetry|Tls")]
    [InlineData("Tls", "Admin|Affinity|Edge|Fleet|Hosting|Keeping|Relay|Reload|Sharing|Telemetry")]
    [InlineData("Affinity", "Admin|Edge|Fleet|Hosting|Keeping|Relay|Reload|Sharing|Telemetry|Tls")]
    [InlineData("Telemetry", "Admin|Affinity|Edge|Fleet|Hosting|Keeping|Relay|Reload|Sharing|Tls")]
    [InlineData("Reload", "Admin|Affinity|Edge|Fleet|Hosting|Keeping|Relay|Sharing|Telemetry|Tls")]
    [InlineData("Fleet", "Admin|Affinity|Edge|Hosting|Relay|Reload|Telemetry|Tls")]
    [InlineData("Fleet.Store", "Fleet.(Answers|Leases|Mirrors|Records)|Keeping|Sharing")]
    [InlineData("Admin", "Affinity|Edge|Hosting|Keeping|Relay|Reload|Sharing|Tls")]
    public void No_arrow_turns_round(string room, string unknown) =>
        Types().That().ResideInNamespaceMatching($@"^{Root}\.{room.Replace(".", @"\.", StringComparison.Ordinal)}(\.|$)")
            .Should().NotDependOnAny(Types().That().ResideInNamespaceMatching($@"^{Root}\.({unknown})(\.|$)"))
            .Check(Gateway);
}

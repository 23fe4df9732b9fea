using Gateway.Tests.Running;
using Gateway.Tests.Sharing;
using Gateway.Tests.Telemetry;
using Gateway.Tests.Wire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SseGateway.Fleet.Members;
using SseGateway.Fleet.Store;

namespace Gateway.Tests.Fleet;

/// <summary>Gateways of a fleet in this process, and what is looked at in them.</summary>
internal static class Node
{
    /// <summary>Starts one that shares, with its admin listener, and waits until it has joined.</summary>
    public static Task<GatewayUnderTest> StartAsync(string upstream, RedisServer redis, string name, params string[] settings) =>
        StartAsync(upstream, redis.Setting, name, settings);

    /// <summary>The same, with a Redis that is more than one server.</summary>
    public static async Task<GatewayUnderTest> StartAsync(string upstream, string redis, string name, params string[] settings)
    {
        // Longer than a machine may be busy with other tests: whoever does not get its turn loses its upstream, as it should. And where something takes
        // longer than a heartbeat, that is no failure.
        string[] all =
        [
            .. Share.With(), redis, $"SseGateway:Fleet:Node={name}", "SseGateway:Fleet:Lease=10s", "SseGateway:Fleet:Grace=10m", "SseGateway:Heartbeat=0",
            GatewayUnderTest.WithAdmin, .. settings,
        ];

        // A drain is a part of the shutdown, and takes as long as a test likes.
        var gateway = await GatewayUnderTest.StartAsync(
            upstream, services => services.PostConfigure<HostOptions>(options => options.ShutdownTimeout = 4 * Deadline.Limit), all);
        await Deadline.UntilAsync(() => Store(gateway).Status.IsHere, $"{name} to join");
        return gateway;
    }

    public static FleetStore Store(GatewayUnderTest gateway) => gateway.Services.GetRequiredService<FleetStore>();

    public static IEnumerable<StreamMember> Streams(GatewayUnderTest gateway) => gateway.Services.GetRequiredService<FleetKeeper>().Members;

    /// <summary>Waits until it has an upstream for the fleet.</summary>
    public static Task LeadsAsync(GatewayUnderTest gateway) => Deadline.UntilAsync(() => Streams(gateway).Any(stream => stream.IsLeading), "a gateway to lead");

    /// <summary>Whether it has one.</summary>
    public static bool Leads(GatewayUnderTest gateway) => Streams(gateway).Any(stream => stream.IsLeading);

    /// <summary>A sample of its metrics; 0 when there is none.</summary>
    public static async Task<double> SampleAsync(GatewayUnderTest gateway, string name) => (await Exposition.ReadAsync(gateway))[name + "{}"] ?? 0;
}

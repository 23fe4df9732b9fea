using System.Net;
using Xunit;

namespace Gateway.Tests.HalfOpen;

/// <summary>Two hosts with a wire between them, which can be made to lose everything that the far one sends.</summary>
internal sealed class TwoHosts : IAsyncDisposable
{
    // Documentation addresses (RFC 5737), which exist in these two hosts only.
    public static readonly IPAddress NearAddress = IPAddress.Parse("192.0.2.1");
    public static readonly IPAddress FarAddress = IPAddress.Parse("192.0.2.2");

    private const string NearHardware = "02:00:00:00:00:01";
    private const string FarHardware = "02:00:00:00:00:02";
    private const string NowhereHardware = "02:00:00:00:00:03";

    private TwoHosts(NetworkNamespace near, NetworkNamespace far) => (Near, Far) = (near, far);

    public NetworkNamespace Near { get; }

    public NetworkNamespace Far { get; }

    /// <summary>Makes them, or skips the test where that is not possible; in continuous integration as root it has to be.</summary>
    public static async Task<TwoHosts> CreateOrSkipAsync()
    {
        NetworkNamespace? near = null;
        NetworkNamespace? far = null;
        try
        {
            near = await NetworkNamespace.CreateAsync();
            far = await NetworkNamespace.CreateAsync();
            var hosts = new TwoHosts(near, far);
            await hosts.ConnectAsync();
            return hosts;
        }
        catch (Exception e)
        {
            if (near is not null) await near.DisposeAsync();
            if (far is not null) await far.DisposeAsync();
            var required = Environment.UserName == "root" && Environment.GetEnvironmentVariable("CI") == "true";
            Assert.SkipWhen(e is IOException && !required, "No network namespace can be made here: " + e.Message);
            throw;
        }
    }

    /// <summary>
    /// From now on the far host is gone without a word: it still has its sockets, but no packet of it, no FIN and no reset, comes back.
    /// </summary>
    public Task CutOffAsync() => Far.IpInsideAsync("route", "add", "blackhole", NearAddress + "/32");

    /// <summary>
    /// From now on the wire carries nothing either way, and nobody is told: each end sends to a hardware address that nobody has.
    /// </summary>
    public Task InterruptAsync() => AddressAsync(NowhereHardware, NowhereHardware);

    /// <summary>The wire carries again.</summary>
    public Task RestoreAsync() => AddressAsync(NearHardware, FarHardware);

    public async ValueTask DisposeAsync()
    {
        await Near.DisposeAsync();
        await Far.DisposeAsync();
    }

    private async Task ConnectAsync()
    {
        // The wire goes with its ends' hosts.
        await NetworkNamespace.IpAsync(
            "link", "add", "wire", "address", NearHardware, "netns", Near.Name, "type", "veth",
            "peer", "name", "wire", "address", FarHardware, "netns", Far.Name);
        foreach (var (host, address) in new[] { (Near, NearAddress), (Far, FarAddress) })
        {
            await host.IpInsideAsync("link", "set", "lo", "up");
            await host.IpInsideAsync("address", "add", address + "/30", "dev", "wire");
            await host.IpInsideAsync("link", "set", "wire", "up");
        }

        await RestoreAsync();
    }

    // Permanent, or the near host would be told by its own ARP that the far one is unreachable, which over the Internet nobody tells it.
    private async Task AddressAsync(string near, string far)
    {
        await Near.IpInsideAsync("neighbour", "replace", FarAddress.ToString(), "lladdr", far, "dev", "wire", "nud", "permanent");
        await Far.IpInsideAsync("neighbour", "replace", NearAddress.ToString(), "lladdr", near, "dev", "wire", "nud", "permanent");
    }
}

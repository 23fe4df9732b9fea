using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using SseGateway.Configuration.Settings;

namespace SseGateway.Configuration.Reading;

/// <summary>
/// Where the gateway is going to listen, to tell a destination that is itself. Names are compared and not resolved: a start waits for no DNS.
/// </summary>
internal sealed class OwnAddresses
{
    private readonly List<(string Host, int Port)> _listeners = [];
    private readonly Lazy<HashSet<IPAddress>> _ofMachine = new(OfMachine);

    /// <param name="configuration">With <c>urls</c>, ports and <c>Kestrel:Endpoints</c>.</param>
    /// <param name="admin">The operator's listener.</param>
    public OwnAddresses(IConfiguration configuration, AdminSettings admin)
    {
        // Kestrel listens on its endpoints alone, where there are any.
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"] ?? "").ToArray();
        AddAll(endpoints.Length > 0
            ? endpoints
            : [.. Parts(configuration["urls"]), .. Ports(configuration["http_ports"]), .. Ports(configuration["https_ports"])]);

        // Not set, it takes another port when its own is in use.
        if (admin is { Listens: true, Url: { } url })
        {
            AddAll([url]);
        }
    }

    /// <summary>True when a URL leads here.</summary>
    public bool Contain(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri)
        && _listeners.Exists(listener => listener.Port == uri.Port && Reaches(uri.IdnHost, listener.Host));

    // Whether a connection to the one host is taken by a listener on the other. One on no address that we know (*, +, a name) is on all of them.
    private bool Reaches(string host, string listener)
    {
        var bound = Targets(listener);
        return bound.Length == 0 || bound.Any(IsAny)
            ? Targets(host).Any(target => IPAddress.IsLoopback(target) || _ofMachine.Value.Contains(target))
            : Targets(host).Any(bound.Contains);
    }

    // The addresses that a host stands for, as far as that is known without asking. To connect to "any" is to connect to oneself.
    private static IPAddress[] Targets(string host)
    {
        var name = host.Trim('[', ']').TrimEnd('.');
        if (IPAddress.TryParse(name, out var address))
        {
            address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
            return address.Equals(IPAddress.Any) ? [IPAddress.Any, IPAddress.Loopback]
                : address.Equals(IPAddress.IPv6Any) ? [IPAddress.IPv6Any, IPAddress.IPv6Loopback, IPAddress.Loopback]
                : [address];
        }

        return name.Equals("localhost", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            || name.Equals(Environment.MachineName, StringComparison.OrdinalIgnoreCase)
            ? [IPAddress.Loopback, IPAddress.IPv6Loopback]
            : [];
    }

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private void AddAll(IEnumerable<string> urls)
    {
        foreach (var url in urls)
        {
            // What is no address has been reported where it was read.
            if (UrlsCheck.Problem(url) is null && BindingAddress.Parse(url) is { IsUnixPipe: false, Port: > 0 } address)
            {
                _listeners.Add((address.Host, address.Port));
            }
        }
    }

    private static string[] Parts(string? list) => (list ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<string> Ports(string? list) =>
        Parts(list).Where(port => ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out _)).Select(port => $"http://*:{port}");

    private static HashSet<IPAddress> OfMachine()
    {
        try
        {
            return [.. NetworkInterface.GetAllNetworkInterfaces()
                .SelectMany(network => network.GetIPProperties().UnicastAddresses).Select(unicast => unicast.Address)];
        }
        catch (NetworkInformationException)
        {
            return [];
        }
    }
}

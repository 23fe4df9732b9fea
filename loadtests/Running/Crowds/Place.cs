using System.Net;
using System.Text.Json.Serialization;
using LoadTests.Clients;
using LoadTests.Clients.Http2;

namespace LoadTests.Running.Crowds;

/// <summary>Where clients go; told to the processes that they are spread over.</summary>
/// <param name="Url">The stream's.</param>
internal sealed record Place(Uri Url)
{
    // With port 0 of one address and one server there are some 28,000 connections; more addresses are there on Linux without being set up.
    private const int Addresses = 8;

    /// <summary>Where a client goes when its first stream is over; null for the same.</summary>
    public Uri? Next { get; init; }

    [JsonIgnore]
    public IPEndPoint Server => new(IPAddress.TryParse(Url.Host, out var address) ? address : IPAddress.Loopback, Url.Port);

    /// <summary>Whether they connect by TLS.</summary>
    [JsonIgnore]
    public bool IsTls => Url.Scheme == Uri.UriSchemeHttps;

    [JsonIgnore]
    public string Path => Url.PathAndQuery;

    /// <summary>What a lean client asks for there.</summary>
    /// <param name="connections">On which; null for one of its own.</param>
    public StreamRequest Request(Http2Connections? connections) => new(Server, Path) { IsTls = IsTls, Shared = connections };

    /// <summary>The address that a client comes from; null is as the system likes.</summary>
    public static IPAddress? AddressOf(int client) => OperatingSystem.IsLinux() ? new IPAddress([127, 0, 0, (byte)(2 + (client % Addresses))]) : null;
}

using System.Net;

namespace LoadTests.Clients;

/// <summary>What a client asks for, and how.</summary>
/// <param name="Server">Where it connects to.</param>
/// <param name="Path">Path and query.</param>
internal sealed record StreamRequest(IPEndPoint Server, string Path)
{
    public string Method { get; init; } = "GET";

    /// <summary>Field lines beside those that every client sends.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    public byte[] Body { get; init; } = [];

    /// <summary>The address it comes from: one has some 28,000 ports for the same server. Null is as the system likes.</summary>
    public IPAddress? From { get; init; }

    /// <summary>The longest head or frame it takes.</summary>
    public int BufferBytes { get; init; } = 1024;

    /// <summary>What the socket holds of what is not read; null is as the system likes.</summary>
    public int? SocketBytes { get; init; }
}

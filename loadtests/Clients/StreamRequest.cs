using System.Globalization;
using System.Net;
using LoadTests.Clients.Http2;

namespace LoadTests.Clients;

/// <summary>What a client asks for, and how.</summary>
/// <param name="Server">Where it connects to.</param>
/// <param name="Path">Path and query.</param>
internal sealed record StreamRequest(IPEndPoint Server, string Path)
{
    public string Method { get; init; } = "GET";

    /// <summary>Fields beside those that every client sends.</summary>
    public IReadOnlyList<(string Name, string Value)> Fields { get; init; } = [];

    public byte[] Body { get; init; } = [];

    /// <summary>Whether it connects by TLS.</summary>
    public bool IsTls { get; init; }

    /// <summary>The HTTP/2 connections on which it is a stream beside others; null for an HTTP/1.1 connection of its own.</summary>
    public Http2Connections? Shared { get; init; }

    /// <summary>The address it comes from: one has some 28,000 ports for the same server. Null is as the system likes; a shared connection comes from
    /// where it likes.</summary>
    public IPAddress? From { get; init; }

    /// <summary>The longest head or frame it takes.</summary>
    public int BufferBytes { get; init; } = 1024;

    /// <summary>Whether comments are frames for it too.</summary>
    public bool Comments { get; init; }

    /// <summary>What the socket holds of what is not read; null is as the system likes. On a shared connection a stream's window does it.</summary>
    public int? SocketBytes { get; init; }

    /// <summary>All fields of a request, in lower case as HTTP/2 wants them, without those that make it one.</summary>
    public IEnumerable<(string Name, string Value)> FieldsWith(string lastEventId)
    {
        yield return ("accept", "text/event-stream");
        yield return ("cache-control", "no-cache");
        foreach (var field in Fields)
        {
            yield return field;
        }

        if (lastEventId.Length > 0)
        {
            yield return ("last-event-id", lastEventId);
        }

        if (Body.Length > 0)
        {
            yield return ("content-type", "application/json");
            yield return ("content-length", Body.Length.ToString(CultureInfo.InvariantCulture));
        }
    }
}

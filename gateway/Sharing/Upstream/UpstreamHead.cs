using Microsoft.Extensions.Primitives;
using SseGateway.Protocol;

namespace SseGateway.Sharing.Upstream;

/// <summary>The status of an upstream's answer and the fields of it that are for every client.</summary>
internal sealed class UpstreamHead
{
    // A cookie is for the one who asked, and nobody did; the others say how this one message is framed.
    private static readonly HashSet<string> NotForAll = new(StringComparer.OrdinalIgnoreCase)
    {
        "Set-Cookie", "Set-Cookie2", "Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "Trailer", "Date",
    };

    /// <summary>Of the gateway's own, while the upstream is silent.</summary>
    public static readonly UpstreamHead Early = new(StatusCodes.Status200OK, [new("Content-Type", EventStreamMediaType.Name)]);

    private readonly KeyValuePair<string, StringValues>[] _fields;

    public UpstreamHead(HttpResponse answer)
        : this(answer.StatusCode, [.. answer.Headers.Where(field => !NotForAll.Contains(field.Key))])
    {
    }

    /// <param name="status">The status.</param>
    /// <param name="fields">The fields that are for every client.</param>
    public UpstreamHead(int status, KeyValuePair<string, StringValues>[] fields) => (Status, _fields) = (status, fields);

    public int Status { get; }

    public IReadOnlyList<KeyValuePair<string, StringValues>> Fields => _fields;

    /// <summary>Its <c>Retry-After</c>; null without one.</summary>
    public string? RetryAfter => Array.Find(_fields, one => one.Key.Equals("Retry-After", StringComparison.OrdinalIgnoreCase)).Value;

    /// <summary>Sets them on a client's response.</summary>
    public void CopyTo(HttpResponse response)
    {
        response.StatusCode = Status;
        var headers = response.Headers;
        foreach (var (name, value) in _fields)
        {
            headers[name] = value;
        }
    }
}

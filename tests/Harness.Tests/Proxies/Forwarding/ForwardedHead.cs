using System.Globalization;
using SseGateway.Harness.Wire;

namespace Harness.Tests.Proxies.Forwarding;

/// <summary>Heads as a proxy passes them on (RFC 9110, section 7.6.1).</summary>
internal static class ForwardedHead
{
    private const int MostFields = 200;
    private const int MostBytes = 48 * 1024;

    private static readonly string[] HopByHop = ["Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "TE", "Upgrade", "Transfer-Encoding",
        "Content-Length", "Trailer"];

    /// <summary>The status with which a request is refused; 0 when it is not.</summary>
    public static int Refuse(MessageHead request)
    {
        if (request.Target.Length > MostBytes / 2)
        {
            return 414;
        }

        if (request.Fields.Count > MostFields || request.Fields.Sum(field => field.Key.Length + field.Value.Length + 4) > MostBytes)
        {
            return 431;
        }

        var (lengths, codings) = (request.Values("Content-Length"), request.Values("Transfer-Encoding"));
        var wellFramed = (lengths.Count, codings.Count) switch
        {
            (0, 0) => true,
            (1, 0) => lengths[0].Length > 0 && lengths[0].All(char.IsAsciiDigit),
            (0, 1) => codings[0].Equals("chunked", StringComparison.OrdinalIgnoreCase),
            _ => false,
        };
        return wellFramed && request.Values("Host").Count == 1 && request.Target.StartsWith('/') && request.Fields.All(IsClean) ? 0 : 400;
    }

    /// <summary>A head's bytes for the next hop.</summary>
    /// <param name="startLine">For the next hop.</param>
    /// <param name="head">As it came.</param>
    /// <param name="framing">The field lines that frame the body there.</param>
    /// <param name="defect">What is wrong with the proxy.</param>
    public static byte[] Write(string startLine, MessageHead head, IEnumerable<string> framing, Defect defect)
    {
        var dropped = defect == Defect.PassesHopByHopFields ? ["Transfer-Encoding", "Content-Length"] : HopByHop.Concat(head.Members("Connection")).ToArray();
        var fields = head.Fields.Where(
            field => !dropped.Contains(field.Key, StringComparer.OrdinalIgnoreCase)).Select(field => $"{field.Key}: {field.Value}").ToList();
        if (defect == Defect.JoinsSetCookies && head.Values("Set-Cookie") is { Count: > 1 } cookies)
        {
            fields.RemoveAll(field => field.StartsWith("Set-Cookie:", StringComparison.OrdinalIgnoreCase));
            fields.Add($"Set-Cookie: {string.Join(", ", cookies)}");
        }

        return Bytes.Of($"{startLine}\r\n{string.Concat(fields.Concat(framing).Select(field => field + "\r\n"))}\r\n");
    }

    /// <summary>Whether a Content-Encoding names no coding: the body is as it is.</summary>
    public static bool IsNoCoding(string value) => value.Trim().ToUpperInvariant() is "" or "NONE" or "IDENTITY";

    /// <summary>Whether it is a page that asks: browsers send both with an EventSource, and nobody else does.</summary>
    public static bool IsPage(MessageHead request) => request.Combined("Accept") == "text/event-stream" && request.Combined("Cache-Control") == "no-cache";

    public static byte[] Chunk(ReadOnlySpan<byte> bytes) => [.. Bytes.Of(bytes.Length.ToString("x", CultureInfo.InvariantCulture) + "\r\n"), .. bytes, 13, 10];

    private static bool IsClean(KeyValuePair<string, string> field) =>
        field.Key.Length > 0 && !field.Key.Any(c => c is ' ' or '\t' or '\r' or '\n') && !field.Value.Any(c => c is '\r' or '\n' or '\0');
}

using System.Globalization;
using SseGateway.Harness.Wire;

namespace Gateway.Tests.Wire;

/// <summary>Heads as the gateway has to write them; the reader itself takes any, since a harness says more of a wrong one.</summary>
internal static class StrictHead
{
    /// <summary>Reads a head up to its blank line; null when the peer closed or reset before the first byte.</summary>
    /// <exception cref="IOException">The peer closed inside the head.</exception>
    /// <exception cref="FormatException">A line is no field, or the length no number.</exception>
    public static async ValueTask<MessageHead?> ReadStrictHeadAsync(this MessageReader reader, CancellationToken cancellationToken)
    {
        if (await reader.ReadHeadAsync(cancellationToken) is not { } head)
            return reader.HeadSoFar is { Length: > 0 } begun ? throw new IOException($"closed inside the head: {begun}") : null;
        foreach (var line in head.Raw.Split("\r\n").Skip(1))
        {
            if (line.IndexOf(':', StringComparison.Ordinal) <= 0) throw new FormatException($"not a field line: {line}");
        }
        if (head.Value("Content-Length") is { } length) _ = long.Parse(length, CultureInfo.InvariantCulture);
        return head;
    }
}

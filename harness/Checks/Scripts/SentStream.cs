using System.Globalization;
using SseGateway.Harness.Results;
using SseGateway.Harness.Scripts;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Scripts;

/// <summary>What a script's answer is to a reader of HTTP.</summary>
/// <param name="Body">Its bytes, without framing.</param>
/// <param name="Clean">Whether it ends as its framing says.</param>
internal sealed record SentStream(byte[] Body, bool Clean)
{
    public static async Task<SentStream> OfAsync(CaseScript script, ScriptConnection connection)
    {
        if (connection.Steps.Any(step => step.Raw is not null))
        {
            return await ReadAsync(script, connection);
        }

        var untilClose = connection.Framing is Harness.Scripts.Transport.H1x or Harness.Scripts.Transport.H10;
        return new SentStream(connection.BodyOf(script), !connection.Steps.Any(step => (step.Cut && !untilClose) || step.Reset));
    }

    // What is sent as it is has its framing in it: this harness's own reader says what it means.
    private static async Task<SentStream> ReadAsync(CaseScript script, ScriptConnection connection)
    {
        var wire = new List<byte>();
        // Before the head of the script only other heads are sent raw, e.g. of status 103.
        foreach (var step in connection.Steps.SkipWhile(step => step.Head is null && connection.Steps.Any(other => other.Head is not null)))
        {
            if (step.Send?.Bytes is { } chunk)
            {
                wire.AddRange([.. Bytes.Of($"{chunk.Length.ToString("x", CultureInfo.InvariantCulture)}\r\n"), .. chunk, 13, 10]);
            }
            else if (step.Raw is { } raw)
            {
                wire.AddRange(raw.Bytes);
            }
            else if (step.End)
            {
                wire.AddRange(Bytes.Of("0\r\n\r\n"));
            }
        }

        if (!connection.HasOwnEnding)
        {
            var sentinel = Sentinel.For(script.Id);
            wire.AddRange([.. Bytes.Of($"{sentinel.Length.ToString("x", CultureInfo.InvariantCulture)}\r\n"), .. sentinel, .. Bytes.Of("\r\n0\r\n\r\n")]);
        }

        var reader = new MessageReader(new MemoryStream([.. wire]));
        reader.BeginResponseBody(new MessageHead("HTTP/1.1 200 OK", [new("Transfer-Encoding", "chunked")]), noBody: false);
        var body = new MemoryStream();
        var buffer = new byte[4096];
        while (true)
        {
            var (count, ending) = await reader.ReadBodyAsync(buffer, CancellationToken.None);
            if (ending is not null)
            {
                return new SentStream(body.ToArray(), ending == Ending.Clean);
            }

            body.Write(buffer, 0, count);
        }
    }
}

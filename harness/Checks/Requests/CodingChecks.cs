using System.IO.Compression;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Requests;

/// <summary>5.2 <c>request/proxy</c>: a target that asks for a coding on its own account has to undo it.</summary>
internal static class CodingChecks
{
    private const int Events = 5;

    [Case("5.2.12", Seconds = 20,
        Expected = "each event before the next, in no coding. NS: without Accept-Encoding a coding comes, which RFC 9110 12.5.3 allows")]
    public static async Task<Outcome> CodingThatNobodyAcceptsAsync(CheckContext check) => Outcome.Worst(
    [
        await Part.RunAsync("Accept-Encoding: identity", () => AskAsync(check, "Accept-Encoding: identity")),
        await Part.RunAsync("no Accept-Encoding", () => AskAsync(check)),
    ]);

    private static async Task<Outcome> AskAsync(CheckContext check, params string[] accept)
    {
        var run = check.NewRun();
        var connection = await check.RequestAsync("GET", run.Path, accept);
        var exchange = await run.NextAsync();
        using var sent = new MemoryStream();
        using var zip = exchange.Request.Members("Accept-Encoding").Any(IsGzip) ? new GZipStream(sent, CompressionLevel.Fastest) : null;
        await exchange.StartStreamAsync(check.Cancellation, zip is null ? [] : ["Content-Encoding: gzip", "Vary: Accept-Encoding"]);
        await SendAsync(check, exchange, zip, sent, 0);
        var response = await connection.ReadResponseOrWaitAsync(Client.TargetAnswer.Soon);
        var text = zip is null ? "the origin is asked for none" : "the origin is asked for gzip";
        if (response.HasHead && response.Head.Combined("Content-Encoding") is { } coding)
        {
            var told = $"{text}; the client gets {coding}, which it does not accept";
            return accept.Length > 0 ? Outcome.Failed(told) : Outcome.NonStrict(told);
        }

        // Who holds everything anyway is found out by 7.2: a coding that is not undone in time is not.
        if (zip is null && !await response.HasEventsSoonAsync(1))
        {
            return Outcome.Ok(text);
        }

        for (var i = 1; i <= Events; i++)
        {
            await response.WaitForEventsAsync(i, $"event {i} while the origin was silent; {text}");
            await SendAsync(check, exchange, zip, sent, i);
        }

        return Outcome.Ok($"{text}; {Events} events, each before the next");
    }

    private static bool IsGzip(string coding) =>
        coding.Split(';') is [var name, .. var weight] && name.Trim() is "gzip" or "*" && !weight.Any(part => part.Trim() is "q=0" or "q=0.0");

    private static async Task SendAsync(CheckContext check, OriginExchange exchange, GZipStream? zip, MemoryStream sent, int number)
    {
        var plain = Bytes.Utf8($"data: {number}\n\n");
        if (zip is null)
        {
            await exchange.SendAsync(plain, check.Cancellation);
            return;
        }

        // With a sync flush after each, as servers do that compress event streams well.
        zip.Write(plain);
        zip.Flush();
        var zipped = sent.ToArray();
        sent.SetLength(0);
        await exchange.SendAsync(zipped, check.Cancellation);
    }
}

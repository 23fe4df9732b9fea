using SseGateway.Harness.Client.Frames;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Security;

/// <summary>11.2 <c>sec/http</c>: HTTP/2 requests that would be two, or another one, when they are written as HTTP/1.1; and floods of frames.</summary>
internal static class Http2RequestChecks
{
    private const int Flood = 1000;
    private const int Pings = 10_000;

    [Case("11.2.5", Seconds = 30, Expected = "the stream or the connection is reset, or 400; nothing of it at the upstream")]
    public static async Task<Outcome> Http2ToHttp1Async(CheckContext check)
    {
        if (check.Profile.Http2 is null)
        {
            return Outcome.Skipped("not declared in the profile: http2");
        }

        return Outcome.Worst(
        [
            await Part.RunAsync("CR in a value", () => PlayAsync(check, [("x-trick", "a\rb")])),
            await Part.RunAsync("LF in a value", () => PlayAsync(check, [("x-trick", "a\r\nx-more: b")])),
            await Part.RunAsync("NUL in a value", () => PlayAsync(check, [("x-trick", "a\0b")])),
            await Part.RunAsync("transfer-encoding", () => PlayAsync(check, [("transfer-encoding", "chunked")])),
            await Part.RunAsync("space in :path", () => PlayAsync(check, [], path: " HTTP/1.1 ")),
            await Part.RunAsync("content-length 10, 5 bytes", () => PlayAsync(check, [("content-length", "10")], body: "hello")),
            await Part.RunAsync("content-length 3, 5 bytes", () => PlayAsync(check, [("content-length", "3")], body: "hello")),
        ]);
    }

    [Case("11.2.11", Seconds = 60, Serial = true,
        Expected = "the connection is closed (GOAWAY), or few requests come to the upstream; other clients are served")]
    public static async Task<Outcome> FloodsAsync(CheckContext check)
    {
        if (check.Profile.Http2 is null)
        {
            return Outcome.Skipped("not declared in the profile: http2");
        }

        return Outcome.Worst(
        [
            await Part.RunAsync($"{Flood} x HEADERS and RST_STREAM", () => RapidResetAsync(check)),
            await Part.RunAsync("CONTINUATION without end", () => EndlessHeadAsync(check)),
            await Part.RunAsync($"{Pings} x PING", () => PingAsync(check)),
        ]);
    }

    private static async Task<Outcome> PlayAsync(CheckContext check, (string Name, string Value)[] fields, string path = "", string? body = null)
    {
        var connection = (await check.ConnectFramesAsync())!;
        var run = check.NewRun();
        Ending? read = null;
        run.Respond = async exchange =>
        {
            read = (await exchange.ReadBodyToEndAsync(check.Cancellation)).Ending;
            await exchange.AnswerAsync(200, "text/plain", "ok"u8.ToArray(), check.Cancellation);
        };
        var stream = await connection.OpenAsync(body is null ? "GET" : "POST", run.Path + path, [.. check.FrameFields, .. fields], endStream: body is null);
        if (body is not null)
        {
            await connection.SendAsync(new Http2Frame(Http2FrameType.Data, stream.Id, Bytes.Of(body), Http2Frame.EndStream));
        }

        var status = await stream.ReadStatusAsync();
        await Task.WhenAny(stream.Ended, connection.Closed, Task.Delay(TimeSpan.FromSeconds(1), check.Cancellation));
        var text = status is { } number
            ? $"{number}"
            : connection.GoneAway is { } gone
            ? $"GOAWAY {gone}"
            : stream.ResetCode is { } code
            ? $"RST_STREAM {code}"
            : "connection closed";
        return run.Exchanges.Count > 0 && (body is null || read == Ending.Clean)
            ? Outcome.Failed($"{text}; came to the upstream as {Show(run.Exchanges[0].Request)}")
            : status is null or (>= 400 and < 500)
            ? Outcome.Ok(text)
            : status >= 500
            ? Outcome.NonStrict($"{text}; nothing whole at the upstream")
            : Outcome.Failed(text);
    }

    private static string Show(MessageHead head)
    {
        string[] told = ["x-trick", "x-more", "transfer-encoding", "content-length"];
        return string.Join("; ", (string[])[
            head.StartLine, .. head.Fields.Where(field => told.Contains(field.Key.ToLowerInvariant())).Select(field => $"{field.Key}: {field.Value}")]);
    }

    private static async Task<Outcome> RapidResetAsync(CheckContext check)
    {
        var connection = (await check.ConnectFramesAsync())!;
        var run = check.NewRun();
        run.Respond = exchange => exchange.PeerClosed.WaitAsync(check.Cancellation);
        for (var i = 0; i < Flood && !connection.Closed.IsCompleted; i++)
        {
            var stream = await connection.OpenAsync("GET", $"{run.Path}/{i}", check.FrameFields);
            await stream.ResetAsync();
        }

        var requests = run.Exchanges.Count;
        await ServeOtherAsync(check);
        await Task.WhenAny(connection.Closed, Task.Delay(TimeSpan.FromSeconds(1), check.Cancellation));
        var text = $"{run.Exchanges.Count} requests at the upstream, {(connection.Closed.IsCompleted ? await connection.Closed : "connection open")}";
        return connection.Closed.IsCompleted || requests < Flood / 2 ? Outcome.Ok(text) : Outcome.NonStrict(text);
    }

    private static async Task<Outcome> EndlessHeadAsync(CheckContext check)
    {
        const int most = 4 << 20;
        var connection = (await check.ConnectFramesAsync())!;
        var run = check.NewRun();
        var stream = await connection.OpenAsync("GET", run.Path, check.FrameFields);
        await stream.ResetAsync();
        var block = FieldBlock.Write(Enumerable.Range(1, 100).Select(i => ($"x-{i}", new string('a', 100))));
        await connection.SendAsync(new Http2Frame(Http2FrameType.Headers, stream.Id + 2, FieldBlock.Write([(":method", "GET")])));
        var sent = 0;
        for (; sent < most && !connection.Closed.IsCompleted; sent += block.Length)
        {
            await connection.SendAsync(new Http2Frame(Http2FrameType.Continuation, stream.Id + 2, block));
        }

        await Task.WhenAny(connection.Closed, Task.Delay(TimeSpan.FromSeconds(2), check.Cancellation));
        await ServeOtherAsync(check);
        return connection.Closed.IsCompleted
            ? Outcome.Ok($"{await connection.Closed}, after at most {sent >> 10} KiB")
            : Outcome.Failed($"still open after {sent >> 20} MiB of one head");
    }

    private static async Task<Outcome> PingAsync(CheckContext check)
    {
        var connection = (await check.ConnectFramesAsync())!;
        var ping = new Http2Frame(Http2FrameType.Ping, 0, new byte[8]).ToBytes();
        var hundred = Enumerable.Repeat(ping, 100).SelectMany(bytes => bytes).ToArray();
        for (var i = 0; i < Pings / 100 && !connection.Closed.IsCompleted; i++)
        {
            await connection.SendAsync(hundred);
        }

        await ServeOtherAsync(check);
        return Outcome.Ok(connection.Closed.IsCompleted ? await connection.Closed : $"{connection.Pongs} answered so far");
    }

    private static async Task ServeOtherAsync(CheckContext check)
    {
        var (exchange, response) = await check.OpenAsync();
        await exchange.SendAsync("data: a\n\n", check.Cancellation);
        await response.WaitForEventsAsync(1, "the event of another client after the flood");
        response.Connection.Leave();
    }
}

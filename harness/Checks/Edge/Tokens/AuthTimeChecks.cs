using System.Text;
using SseGateway.Harness.Checks.Edge.Setups;
using SseGateway.Harness.Client;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;
using static SseGateway.Harness.Checks.Edge.Tokens.AuthCase;

namespace SseGateway.Harness.Checks.Edge.Tokens;

/// <summary>9.3 <c>auth/time</c>: what becomes of a stream when its token is no longer good.</summary>
internal static class AuthTimeChecks
{
    private const int LifeSeconds = 4;
    private static readonly TimeSpan UpstreamLimit = TimeSpan.FromSeconds(5);

    [Case("9.3.1", Direct = true, Seconds = 30)]
    public static Task<Outcome> TokenEndsAsync(CheckContext check) => RunAsync(check, async (edge, auth, tokens) =>
    {
        var exp = DateTimeOffset.UtcNow.AddSeconds(LifeSeconds).ToUnixTimeSeconds();
        var (run, response, ending, endedAt) = await ToTheEndAsync(edge, auth, tokens.Make(claims: claims => claims["exp"] = exp));
        var after = (endedAt - DateTimeOffset.FromUnixTimeSeconds(exp)).TotalSeconds;
        Outcome Judged(Outcome outcome) => outcome with { Ending = ending, EndingRight = ending == Ending.Clean };
        if (ending == Ending.Timeout || after > auth.ClockSkew + 1)
        {
            return Judged(Outcome.Failed(ending == Ending.Timeout ? $"still open {after:0.0} s after exp" : $"closed {after:0.0} s after exp"));
        }

        if (after < -0.1)
        {
            return Judged(Outcome.Failed($"closed {-after:0.0} s before exp"));
        }

        if (ending != Ending.Clean || !response.Meaning.AtBlockBoundary)
        {
            var tail = Bytes.Escape(response.Body.AsSpan()[^Math.Min(40, response.Body.Length)..]);
            return Judged(Outcome.Failed($"ended {ending}{(response.Meaning.AtBlockBoundary ? "" : ", inside an event")}: ...{tail}"));
        }

        if (edge.IsDirect)
        {
            return Judged(Outcome.Ok($"closed {after:0.0} s after exp, between two events"));
        }

        await run.Exchanges[0].WaitForPeerCloseAsync(UpstreamLimit, edge.Cancellation);
        return Judged(Outcome.Ok($"closed {after:0.0} s after exp, between two events; upstream closed"));
    });

    [Case("9.3.2", Direct = true, Seconds = 30)]
    public static Task<Outcome> OldTokenAsync(CheckContext check) => RunAsync(check, async (edge, auth, tokens) =>
    {
        var exp = DateTimeOffset.UtcNow.AddSeconds(LifeSeconds).ToUnixTimeSeconds();
        var token = tokens.Make(claims: claims => claims["exp"] = exp);
        var (_, _, ending, _) = await ToTheEndAsync(edge, auth, token);
        if (ending == Ending.Timeout)
        {
            return Outcome.Failed("the stream was not ended (9.3.1)");
        }

        var (outcome, _) = await AskRefusedAsync(edge, [Bearer(token)]);
        return outcome;
    });

    [Case("9.3.3", Direct = true, Serial = true, Seconds = 30)]
    public static Task<Outcome> KeyRotationAsync(CheckContext check) => RunAsync(check, async (_, auth, tokens) =>
    {
        if (auth.KeyServer is not { } server)
        {
            return Outcome.Skipped("the profile does not say where the target fetches keys (auth.keyServer)");
        }

        await using var provider = await KeyProvider.StartAsync(server.Provider);
        var edge = await check.AtAsync(server.Url, bare: true);
        var makers = new TokenMaker(auth with { Issuer = server.Provider.GetLeftPart(UriPartial.Authority) }, check.Profile.File);
        provider.Publish(makers.PublicKey(tokens.Keys[0], "first"));
        string Token(string keyId) => makers.Make(tokens.Keys[0], header: header => header["kid"] = keyId);

        var old = await edge.AskAsync(edge.StreamingRun().Path, [Bearer(Token("first"))]);
        if (!await old.IsTheStreamAsync())
        {
            return Outcome.Failed($"{old.Status} with the first key");
        }

        provider.Publish(makers.PublicKey(tokens.Keys[0], "first"), makers.PublicKey(tokens.Keys[0], "second"));
        var before = provider.Fetches;
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => AcceptedAsync(edge, [Bearer(Token("second"))])));
        var fetches = provider.Fetches - before;
        var refused = answers.Count(answer => answer.Verdict != Verdict.Ok);
        if (refused > 0)
        {
            return Outcome.Failed(
                $"{refused} of 50 with the new key: {answers.First(answer => answer.Verdict != Verdict.Ok).Actual}; {fetches} fetches of keys");
        }

        return old.Ending is not null
            ? Outcome.Failed("the old stream has ended") : fetches == 1 ? Outcome.Ok("one fetch of keys") : Outcome.NonStrict($"{fetches} fetches of keys");
    });

    [Case("9.3.4", Direct = true, Seconds = 20)]
    public static Task<Outcome> RevokedAsync(CheckContext check) => RunAsync(check, async (edge, _, tokens) =>
    {
        if (check.Profile.Admin is not { RevokeUrl: { } url } admin)
        {
            return Outcome.Skipped("the profile does not say how to revoke (admin.revokeUrl)");
        }

        var subject = $"revoked-{edge.NewRun().Token}";
        var run = edge.StreamingRun();
        var response = await edge.AskAsync(run.Path, [Bearer(tokens.Make(claims: claims => claims["sub"] = subject)), EdgeRequests.NoCache]);
        if (!await response.IsTheStreamAsync())
        {
            return Outcome.Failed($"{response.Status} instead of the stream");
        }

        using var client = new HttpClient();
        using var body = new StringContent(admin.RevokeBody.Replace("{subject}", subject, StringComparison.Ordinal), Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(url, body, edge.Cancellation);
        if (!answer.IsSuccessStatusCode)
        {
            return Outcome.Failed($"revoking was answered with {(int)answer.StatusCode}");
        }

        var start = edge.Tap.Ms;
        var ending = await response.ReadToEndAsync(TimeSpan.FromSeconds(admin.RevokeSeconds));
        return ending == Ending.Timeout
            ? Outcome.Failed($"still open {admin.RevokeSeconds} s after the subject was revoked") with { Ending = ending, EndingRight = false }
            : Outcome.Ok($"closed after {edge.Tap.Ms - start:0} ms") with { Ending = ending, EndingRight = ending == Ending.Clean };
    });

    // Reads a stream that never ends by itself, until the target ends it or is past its time.
    private static async Task<(OriginRun Run, ClientResponse Response, Ending Ending, DateTimeOffset EndedAt)> ToTheEndAsync(
        CheckContext edge, AuthSetup auth, string token)
    {
        var run = edge.NewRun();
        run.Respond = async exchange =>
        {
            await exchange.StartStreamAsync(edge.Cancellation);
            for (var i = 1; ; i++)
            {
                await exchange.SendAsync($"id: {i}\ndata: {new string('a', 100)}\ndata: {i}\n\n", edge.Cancellation);
                await Task.Delay(10, edge.Cancellation);
            }
        };
        var response = await edge.AskAsync(run.Path, [Bearer(token), EdgeRequests.NoCache]);
        if (!response.IsEventStream)
        {
            throw new NotSeenException($"the stream, with a token that is good for {LifeSeconds} s: {response.Status}");
        }

        var ending = await response.ReadToEndAsync(TimeSpan.FromSeconds(LifeSeconds + auth.ClockSkew + 3));
        return (run, response, ending, DateTimeOffset.UtcNow);
    }
}

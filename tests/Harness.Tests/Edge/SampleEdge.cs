using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using SseGateway.Harness.Checks;
using SseGateway.Harness.Checks.Edge.Setups;
using SseGateway.Harness.Checks.Edge.Tokens;

namespace Harness.Tests.Edge;

/// <summary>
/// An edge as the catalogue wants it, with one defect at most. Its routes are the first part of the path: <c>open</c>, <c>star</c>,
/// <c>auth</c>, <c>header-only</c>, <c>scope</c>, <c>limits</c>, <c>denied</c> (limits, and a token), <c>replay</c>, <c>life</c> (two seconds),
/// <c>drained</c>.
/// </summary>
internal sealed class SampleEdge : IAsyncDisposable
{
    private static readonly string[] Origins = ["https://app.example", "http://localhost:5173"];

    // One pair for all tests: they take long to make.
    private static readonly RSA Rsa = RSA.Create(2048);
    private static readonly ECDsa Ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private readonly EdgeDefect _defect;
    private readonly string _folder = Directory.CreateTempSubdirectory("sse-edge-").FullName;
    private readonly SampleTokens _tokens;
    private readonly SampleSlots _slots;
    private readonly SampleReplay _replay;
    private readonly SampleForwarder _forwarder;
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _disposing = new();
    private readonly Task _stops;
    private CancellationTokenSource _drain = new();

    private SampleEdge(EdgeDefect defect, IPEndPoint origin)
    {
        (_defect, _tokens, _slots, _replay, _forwarder) = (defect, new SampleTokens(defect, Rsa, Ec), new SampleSlots(defect), new SampleReplay(defect),
            new SampleForwarder(defect, new Uri($"http://{origin}")));
        File.WriteAllText(Path.Combine(_folder, "rsa.pem"), Rsa.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(Path.Combine(_folder, "ec.pem"), Ec.ExportPkcs8PrivateKeyPem());
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(HandleAsync);
        _stops = WatchForStopsAsync();
    }

    public Uri Url => new(_app.Urls.First() + "/open");

    public TargetProfile Profile => new()
    {
        Capabilities = ["replay", "max-life"],
        Folder = _folder,
        Cors = new CorsSetup { Url = At("open"), StarUrl = At("star") },
        Auth = new AuthSetup
        {
            Url = At("auth"),
            Keys = [new SigningKey("RS256", "rsa", "rsa.pem"), new SigningKey("ES256", "ec", "ec.pem")],
            ClockSkew = SampleTokens.ClockSkew,
            Query = "access_token",
            Cookie = "session",
            HeaderOnlyUrl = At("header-only"),
            ScopeUrl = At("scope"),
            SubjectHeader = "Gateway-Subject",
        },
        Limits = new LimitSetup { Url = At("limits"), DeniedUrl = At("denied"), Life = new LifeSetup(At("life"), 2) },
        Drain = new DrainedTarget($"{At("drained")}", Reload: null, Stop: $"mktemp {_folder}/stopXXXXXX >{_folder}/last", Seconds: 2),
        Replay = new ReplaySetup { Url = At("replay"), Kept = 100, SignalEvent = "gap" },
        Errors = [new ErrorSetup(404, At("nowhere"))],
    };

    public static async Task<SampleEdge> StartAsync(EdgeDefect defect, IPEndPoint origin)
    {
        var edge = new SampleEdge(defect, origin);
        await edge._app.StartAsync();
        return edge;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(0);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        _forwarder.Dispose();
        await _disposing.CancelAsync();
        await _stops.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _disposing.Dispose();
        _drain.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private Uri At(string route) => new($"{_app.Urls.First()}/{route}");

    // A file is the command that stops that part, which is there again at once.
    private async Task WatchForStopsAsync()
    {
        using var often = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (await often.WaitForNextTickAsync(_disposing.Token))
        {
            foreach (var file in Directory.EnumerateFiles(_folder, "stop*"))
            {
                File.Delete(file);
                using var stopped = Interlocked.Exchange(ref _drain, new CancellationTokenSource());
                await stopped.CancelAsync();
            }
        }
    }

    private async Task HandleAsync(HttpContext context)
    {
        var route = context.Request.Path.Value!.Split('/')[1];
        context.Response.OnStarting(() =>
        {
            AddCors(context, route);
            return Task.CompletedTask;
        });
        var isPreflight = HttpMethods.IsOptions(context.Request.Method) && context.Request.Headers.Origin.Count > 0
            && context.Request.Headers.AccessControlRequestMethod.Count > 0;
        if (isPreflight && _defect != EdgeDefect.PreflightNeedsToken && (_defect != EdgeDefect.PreflightTakesSlot || route != "limits"))
        {
            AnswerPreflight(context);
            return;
        }

        switch (route)
        {
            case "open" or "star":
                await (isPreflight ? Answer(context, 204) : _forwarder.ForwardAsync(context, null));
                break;
            case "life":
                await _forwarder.ForwardAsync(context, null, DateTimeOffset.UtcNow.AddSeconds(2));
                break;
            case "drained":
                await _forwarder.ForwardAsync(context, null, draining: _drain.Token);
                break;
            case "auth" or "header-only" or "scope":
                await AuthenticateAsync(context, route, isPreflight);
                break;
            case "limits" or "denied":
                await LimitAsync(context, route, isPreflight);
                break;
            case "replay":
                await ReplayAsync(context);
                break;
            case "metrics" when _defect == EdgeDefect.HasOpenMetrics:
                await context.Response.WriteAsync("streams_live 3\n");
                break;
            default:
                await Answer(context, 404);
                break;
        }
    }

    private async Task AuthenticateAsync(HttpContext context, string route, bool isPreflight)
    {
        var (credentials, carrierIsCookie) = TakeCredentials(context, route);
        if (credentials.Count == 0)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            await Answer(context, 401);
            return;
        }

        if (carrierIsCookie && _defect != EdgeDefect.CookieFromAnyPage && context.Request.Headers.Origin is { Count: > 0 } origin
            && !Origins.Contains(origin.ToString()))
        {
            await Answer(context, 403);
            return;
        }

        var tried = _defect == EdgeDefect.AnyGoodCarrier ? credentials : credentials.Take(1);
        var claims = tried.Select(token => token is null ? null : _tokens.Check(token)).FirstOrDefault(claims => claims is not null);
        if (claims is null)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
            await Answer(context, 401);
        }
        else if (route == "scope" && _defect != EdgeDefect.IgnoresScope && !((string?)claims["scope"] ?? "").Split(' ').Contains("chat:read"))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer error=\"insufficient_scope\"";
            await Answer(context, 403);
        }
        else
        {
            await (isPreflight ? Answer(context, 204) : _forwarder.ForwardAsync(context, claims));
        }
    }

    // The first of header, query and cookie counts; all of them are taken out.
    private (List<string?> Credentials, bool CarrierIsCookie) TakeCredentials(HttpContext context, string route)
    {
        var (headers, found) = (context.Request.Headers, new List<string?>());
        if (headers.Authorization.Count > 0)
        {
            found.Add(headers.Authorization is [{ } value] && value.StartsWith("Bearer ", StringComparison.Ordinal) ? value[7..] : null);
        }

        if (route == "header-only")
        {
            return (found, false);
        }

        if (context.Request.Query["access_token"].FirstOrDefault() is { } token)
        {
            found.Add(token);
            context.Response.Headers.CacheControl = "private";
            if (_defect != EdgeDefect.PassesQueryToken)
            {
                var rest = context.Request.QueryString.Value!.TrimStart(
                    '?').Split('&').Where(pair => !pair.StartsWith("access_token=", StringComparison.Ordinal)).ToArray();
                var request = context.Features.GetRequiredFeature<IHttpRequestFeature>();
                request.RawTarget = request.RawTarget.Split('?')[0] + (rest.Length == 0 ? "" : "?" + string.Join('&', rest));
            }
        }

        var cookieAlone = found.Count == 0;
        if (context.Request.Cookies["session"] is { } cookie)
        {
            found.Add(cookie);
            headers.Cookie = string.Join("; ", headers.Cookie.ToString().Split("; ").Where(pair => !pair.StartsWith("session=", StringComparison.Ordinal)));
            return (found, cookieAlone);
        }

        return (found, false);
    }

    private async Task LimitAsync(HttpContext context, string route, bool isPreflight)
    {
        var address = context.Connection.RemoteIpAddress!;
        if (_defect == EdgeDefect.TrustsForwardedFor && IPAddress.TryParse(context.Request.Headers["X-Forwarded-For"].ToString().Split(',')[0], out var told))
        {
            address = told;
        }

        if (_defect == EdgeDefect.SharesCountOfAddresses)
        {
            address = IPAddress.Loopback;
        }

        if (!await _slots.TryTakeAsync(address))
        {
            if (_defect != EdgeDefect.RefusesWithoutRetryAfter)
            {
                context.Response.Headers.RetryAfter = "1";
            }

            if (_defect == EdgeDefect.AsksBeforeItRefuses && HttpMethods.IsPost(context.Request.Method))
            {
                await using var asked = await _forwarder.OpenAsync(RawTarget(context));
            }

            await Answer(context, 429);
            return;
        }

        try
        {
            await (isPreflight ? Answer(context, 204) : route == "denied" ? Answer(context, 401) : _forwarder.ForwardAsync(context, null));
        }
        finally
        {
            var left = context.RequestAborted.IsCancellationRequested;
            if (!(_defect == EdgeDefect.LeaksSlotOnHead && HttpMethods.IsHead(context.Request.Method)) && !(_defect == EdgeDefect.LeaksSlotOnLeave && left))
            {
                _slots.Leave(address);
            }
        }
    }

    private async Task ReplayAsync(HttpContext context)
    {
        var target = RawTarget(context).Split('?')[0];
        try
        {
            await _replay.ServeAsync(context, target, () => _forwarder.OpenAsync(target));
        }
        catch (OperationCanceledException)
        {
            // Left.
        }
    }

    private static string RawTarget(HttpContext context) => context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;

    private static Task Answer(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return status == 204 ? Task.CompletedTask : context.Response.WriteAsync($"{status}");
    }

    private static void AnswerPreflight(HttpContext context)
    {
        context.Response.StatusCode = 204;
        if (Origins.Contains(context.Request.Headers.Origin.ToString()))
        {
            context.Response.Headers.AccessControlAllowMethods = "GET, POST";
            context.Response.Headers.AccessControlAllowHeaders = "authorization, content-type, last-event-id";
            context.Response.Headers.AccessControlMaxAge = "600";
        }
    }

    private void AddCors(HttpContext context, string route)
    {
        var (headers, origin) = (context.Response.Headers, context.Request.Headers.Origin.ToString());
        if (_defect == EdgeDefect.ErrorsWithoutCors && context.Response.StatusCode >= 400)
        {
            return;
        }

        if (_defect != EdgeDefect.KeepsUpstreamsCors)
        {
            headers.Remove("Access-Control-Allow-Origin");
            headers.Remove("Access-Control-Allow-Credentials");
        }

        if (_defect != EdgeDefect.NoVary)
        {
            headers.Append(
                "Vary", HttpMethods.IsOptions(context.Request.Method) ? "Origin, Access-Control-Request-Method, Access-Control-Request-Headers" : "Origin");
        }

        if (route == "star")
        {
            headers.Append("Access-Control-Allow-Origin", _defect == EdgeDefect.StarWithCredentials ? origin : "*");
            if (_defect == EdgeDefect.StarWithCredentials)
            {
                headers.Append("Access-Control-Allow-Credentials", "true");
            }
        }
        else if (Origins.Contains(origin) || (origin.Length > 0 && _defect == EdgeDefect.ReflectsAnyOrigin)
            || (_defect == EdgeDefect.AllowsOriginsThatBeginRight && Origins.Any(allowed => origin.StartsWith(allowed, StringComparison.Ordinal))))
        {
            headers.Append("Access-Control-Allow-Origin", origin);
            headers.Append("Access-Control-Allow-Credentials", "true");
            headers.Append("Access-Control-Expose-Headers", "Retry-After");
        }
    }
}

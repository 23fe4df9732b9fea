using System.Security.Cryptography;
using System.Text;
using Dialects.Tests.Service;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Streams.Life;

namespace Dialects.Tests.Running;

/// <summary>
/// A scripted service, and gateways in front of it in which the cases happen: one that goes on, one that goes down, and two on clocks of their own.
/// </summary>
internal sealed class Stage : IAsyncDisposable
{
    // One more than that is refused; and one stream.
    private const int CallsBeside = 16;

    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    private readonly string _keyFile = Path.GetTempFileName();
    private readonly FakeTimeProvider _expiring = new(DateTimeOffset.UtcNow);
    private readonly FakeTimeProvider _beating = new(DateTimeOffset.UtcNow);
    private readonly List<StagedGateway> _gateways = [];
    private readonly HttpClient _holder = new() { Timeout = Timeout.InfiniteTimeSpan };
    private readonly ScriptedService _service;
    private readonly Dictionary<string, StagedGateway> _of = [];

    private Stage(ScriptedService service) => _service = service;

    /// <summary>Good for a minute of the expiring gateway's clock.</summary>
    public string Token { get; private set; } = "";

    /// <summary>Where each case happens.</summary>
    public IReadOnlyDictionary<string, string> Addresses => _of.ToDictionary(gateway => gateway.Key, gateway => $"{gateway.Value.Address}/{gateway.Key}");

    /// <summary>How many POSTs the service got.</summary>
    public int Posts(string @case, string speaker) => _service.Posts(@case, speaker);

    /// <param name="scripts">The service's, by speaker.</param>
    public static async Task<Stage> SetAsync(IReadOnlyDictionary<string, Script> scripts)
    {
        var service = await ScriptedService.StartAsync(scripts);
        var stage = new Stage(service);
        await stage.StartAsync(scripts.Count);
        return stage;
    }

    public async ValueTask DisposeAsync()
    {
        _holder.Dispose();
        foreach (var gateway in _gateways)
        {
            await gateway.DisposeAsync();
        }

        await _service.DisposeAsync();
        File.Delete(_keyFile);
    }

    private async Task StartAsync(int speakers)
    {
        var key = Encoding.ASCII.GetBytes(Convert.ToHexString(RandomNumberGenerator.GetBytes(32)));
        await File.WriteAllBytesAsync(_keyFile, key);
        Token = Sign(key, _expiring.GetUtcNow().AddMinutes(1));
        var going = await AddAsync(
            TimeProvider.System, [Cases.Whole, Cases.Cut, Cases.Limited], "SseGateway:Routes:limited:Limits:StreamsPerRoute=1",
            "SseGateway:Routes:limited:Limits:RetryAfter=1s",
            "SseGateway:Routes:limited:Streams=Always");
        var drained = await AddAsync(TimeProvider.System, [Cases.Drained], "SseGateway:Heartbeat=0");
        var expired = await AddAsync(
            _expiring, [Cases.Expired], "SseGateway:Authentication:Mode=Required", $"SseGateway:Authentication:Jwt:KeyFile={_keyFile}",
            "SseGateway:Authentication:Jwt:Issuer=tests", "SseGateway:Authentication:Jwt:Audience=tests", "SseGateway:Authentication:Jwt:ClockSkew=0s",
            "SseGateway:Heartbeat=0");

        // Clients acknowledge by the machine's clock, while minutes of this one pass: to the gateway they would have vanished.
        var beating = await AddAsync(
            _beating, [Cases.Beating], $"SseGateway:Heartbeat={Heartbeat.TotalSeconds}s", "SseGateway:Timeouts:Unacknowledged=10h");

        _service.Once(Cases.Cut, speakers, () => PassedAsync(going, Cases.Cut));
        _service.Once(Cases.Drained, speakers, async () =>
        {
            await PassedAsync(drained, Cases.Drained);
            _ = drained.BeginStop();
        });
        _service.Once(Cases.Expired, speakers, async () =>
        {
            await PassedAsync(expired, Cases.Expired);
            _expiring.Advance(TimeSpan.FromMinutes(1));
        });
        _service.Once(Cases.Beating, speakers, async () =>
        {
            await PassedAsync(beating, Cases.Beating);
            await BeatAsync(beating);
        });
        await TakeAllPlacesAsync(going.Address);
    }

    private async Task<StagedGateway> AddAsync(TimeProvider time, string[] cases, params string[] settings)
    {
        var gateway = await StagedGateway.StartAsync(_service.Address, time, settings);
        _gateways.Add(gateway);
        foreach (var name in cases)
        {
            _of[name] = gateway;
        }

        return gateway;
    }

    // A stream's place, and those of calls.
    private async Task TakeAllPlacesAsync(string gateway)
    {
        for (var i = 0; i <= CallsBeside + 1; i++)
        {
            var request = new HttpRequestMessage(HttpMethod.Post, $"{gateway}/limited/{ScriptedService.Holding}");
            request.Headers.TryAddWithoutValidation("Accept", i == 0 ? "text/event-stream" : "application/json, text/event-stream");
            _ = _holder.SendAsync(request);
        }

        await _service.HeldAsync(CallsBeside + 2);
    }

    // All that was sent of the halves has gone to the clients.
    private async Task PassedAsync(StagedGateway gateway, string @case)
    {
        while (gateway.Streams.Streams.Where(stream => stream.RouteId == @case).Sum(stream => stream.Bytes) < _service.Sent(@case))
        {
            await Task.Delay(1);
        }
    }

    // Five heartbeats into each stream that is open.
    private async Task BeatAsync(StagedGateway gateway)
    {
        var streams = gateway.Streams.Streams.Where(stream => stream.State == StreamState.Open).Select(stream => (Stream: stream, stream.Bytes)).ToArray();
        while (streams.Any(one => one.Stream.State == StreamState.Open && one.Stream.Bytes < one.Bytes + 10))
        {
            _beating.Advance(Heartbeat);
            await Task.Delay(1);
        }
    }

    private static string Sign(byte[] key, DateTimeOffset end)
    {
        var signed = Encode("""{"alg":"HS256","typ":"JWT"}""") + "."
            + Encode($$"""{"sub":"tester","iss":"tests","aud":"tests","exp":{{end.ToUnixTimeSeconds()}}}""");
        return signed + "." + Encode(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(signed)));
    }

    private static string Encode(string text) => Encode(Encoding.UTF8.GetBytes(text));

    private static string Encode(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}

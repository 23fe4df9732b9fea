using System.Net;
using System.Text;
using System.Text.Json;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Scripts;
using SseGateway.Harness.Serve;
using Xunit;

namespace Harness.Tests.Serve;

/// <summary>The stream server for people: any case at a URL of its own, and the side channel.</summary>
public sealed class ServeTests : IAsyncLifetime
{
    private static readonly IPEndPoint AnyPort = new(IPAddress.Loopback, 0);
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    private readonly HttpClient _http = new(
        new SocketsHttpHandler
        {
            SslOptions = { RemoteCertificateValidationCallback = static (_, certificate, _, _) =>
        certificate?.Subject == certificate?.Issuer }
        });
    private StreamOrigin _origin = null!;
    private CaseServer _cases = null!;
    private ControlListener _control = null!;

    public async ValueTask InitializeAsync()
    {
        _origin = await StreamOrigin.StartAsync(AnyPort);
        _cases = new CaseServer(_origin, Token);
        _origin.Unknown = _cases.ForTarget;
        _control = await ControlListener.StartAsync(AnyPort, _cases);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _control.DisposeAsync();
        _cases.Dispose();
        await _origin.DisposeAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData("?profile=d1,h1l")]
    [InlineData("?profile=dcr,h1x")]
    public async Task A_case_has_a_url(string query)
    {
        var body = await _http.GetByteArrayAsync(new Uri($"http://{_origin.Address}/case/2.1.1{query}"), Token);
        var script = CaseScripts.Find("2.1.1")!;
        Assert.Equal(script.Runs[0].Connections[0].BodyOf(script), body);
    }

    [Theory]
    [InlineData("/case/99.1.1")]
    [InlineData("/case/7.4.1")]
    [InlineData("/case/1.1.1?profile=nonsense")]
    [InlineData("/")]
    public async Task What_is_no_such_case_is_not_found(string target)
    {
        using var response = await _http.GetAsync(new Uri($"http://{_origin.Address}{target}"), Token);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_case_is_there_over_HTTP_2(bool secure)
    {
        using var certificate = secure ? SelfSignedCertificate.Create() : null;
        await using var http2 = await Http2Listener.StartAsync(AnyPort, _origin.Find, _origin.Claim, certificate: certificate);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{(secure ? "https" : "http")}://{http2.Address}/case/1.1.1")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var response = await _http.SendAsync(request, Token);
        Assert.Equal("data: hello\n\nevent: sse-case-end\ndata: 1.1.1\n\n", await response.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task In_lockstep_the_next_event_waits_for_the_report_of_the_last()
    {
        using var begun = await PostAsync("/runs", """{"case":"2.2.1","lockstep":true}""");
        var run = begun.RootElement.GetProperty("run").GetString();
        await using var stream = await _http.GetStreamAsync(new Uri(begun.RootElement.GetProperty("url").GetString()!), Token);
        using var reader = new StreamReader(stream);
        Assert.Equal("data: a", await reader.ReadLineAsync(Token));
        Assert.Equal("", await reader.ReadLineAsync(Token));
        var next = reader.ReadLineAsync(Token).AsTask();

        using var seen = JsonDocument.Parse(await _http.GetStringAsync(new Uri($"{_control.Url}/runs/{run}"), Token));
        Assert.Single(seen.RootElement.GetProperty("requests").EnumerateArray());
        Assert.False(next.IsCompleted);
        using var taken = await PostAsync($"/runs/{run}/reports", """{"type":"message","data":"a"}""");

        Assert.Equal(1, taken.RootElement.GetProperty("events").GetInt32());
        Assert.Equal("data: b", await next);
    }

    [Fact]
    public async Task Wrong_run_is_refused_with_the_reason()
    {
        using var content = new StringContent("""{"case":"7.4.1"}""");
        using var response = await _http.PostAsync(new Uri(_control.Url + "/runs"), content, Token);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("there is no case 7.4.1 that is data", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    private async Task<JsonDocument> PostAsync(string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await _http.PostAsync(new Uri(_control.Url + path), content, Token);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync(Token));
    }
}

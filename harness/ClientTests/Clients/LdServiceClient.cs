using System.Text.Json;
using System.Text.Json.Serialization;
using SseGateway.Harness.ClientTests.Judging;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.ClientTests.Clients;

/// <summary>
/// A client library behind the test-service API of LaunchDarkly's SSE contract tests (<c>docs/service_spec.md</c> there): streams are created
/// by POST, and what happens comes back as POSTs with a running number, which may overtake each other.
/// </summary>
internal sealed class LdServiceClient(Uri service, StreamOrigin origin) : IClientUnderTest
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>What the service says that it can do.</summary>
    /// <exception cref="ClientSetupException">It does not answer.</exception>
    public async Task<IReadOnlyList<string>> ReadCapabilitiesAsync(CancellationToken cancellation)
    {
        try
        {
            using var response = await _http.GetAsync(service, cancellation);
            response.EnsureSuccessStatusCode();
            var body = await response.Content.ReadAsStringAsync(cancellation);
            return body.Length == 0 ? [] : JsonSerializer.Deserialize<ServiceStatus>(body, Json)?.Capabilities ?? [];
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException or TaskCanceledException)
        {
            throw new ClientSetupException($"{service}: {failure.Message}");
        }
    }

    public async Task<IClientSession> OpenAsync(ClientOrder order, Action<ClientReport> report, CancellationToken cancellation)
    {
        var callbacks = new Callbacks(report);
        var run = origin.Begin(new WireTap(), CancellationToken.None);
        run.FinishesByItself = true;
        run.Respond = async exchange =>
        {
            var (body, _) = await exchange.ReadBodyToEndAsync(CancellationToken.None);

            // First: what is told may end the run.
            await exchange.AnswerAsync(202, null, default, CancellationToken.None);
            callbacks.Take(exchange.Request.Target, body);
        };
        var app = order.App;
        var headers = app.Headers?.ToDictionary(field => field.Key.ToLowerInvariant(), field => field.Value);
        var stream = new
        {
            StreamUrl = order.Url,
            CallbackUrl = $"http://{origin.Address}{run.Path}",
            Tag = order.Run,
            app.Method,
            app.Body,
            Headers = headers,
            app.LastEventId
        };
        try
        {
            using var response = await _http.PostAsJsonAsync(service, stream, Json, cancellation);
            response.EnsureSuccessStatusCode();
            var session = new Session(_http, run, response.Headers.Location is { } location ? new Uri(service, location) : null);
            await session.ListenAsync(order.Types.Where(type => type != "message"), cancellation);
            return session;
        }
        catch (HttpRequestException failure)
        {
            run.Dispose();
            throw new ClientSetupException($"{service}: {failure.Message}");
        }
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private sealed record ServiceStatus(IReadOnlyList<string>? Capabilities);

    /// <summary>Puts callbacks into their order.</summary>
    private sealed class Callbacks(Action<ClientReport> report)
    {
        private readonly SortedDictionary<long, byte[]> _early = [];
        private readonly Lock _lock = new();
        private long _next = 1;

        public void Take(string target, byte[] body)
        {
            if (!long.TryParse(target.Split('/')[^1], out var number))
            {
                return;
            }

            lock (_lock)
            {
                _early[number] = body;
                while (_early.Remove(_next, out var due))
                {
                    _next++;
                    Tell(due);
                }
            }
        }

        private void Tell(byte[] body)
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            switch (root.TryGetProperty("kind", out var kind) ? kind.GetString() : null)
            {
                case "event" when root.TryGetProperty("event", out var one) && ClientReport.From(one) is { } reported:
                    report(reported.Type.Length == 0 ? reported with { Type = "message" } : reported);
                    break;
                case "comment":
                    report(new ClientReport(ReportKind.Comment) { Text = root.TryGetProperty("comment", out var comment) ? comment.GetString() : "" });
                    break;
                case "error":
                    report(new ClientReport(ReportKind.Error) { Text = root.TryGetProperty("error", out var error) ? error.ToString() : "" });
                    break;
                default:
                    break;
            }
        }
    }

    private sealed class Session(HttpClient http, OriginRun callbacks, Uri? resource) : IClientSession
    {
        private readonly TaskCompletionSource<string?> _never = new();

        public Task<string?> Ended => _never.Task;

        public async Task ListenAsync(IEnumerable<string> types, CancellationToken cancellation)
        {
            foreach (var type in types)
            {
                if (resource is not null)
                {
                    // Services that need no listeners do not know the command, and say so.
                    using var _ = await http.PostAsJsonAsync(resource, new { command = "listen", listen = new { type } }, Json, cancellation);
                }
            }
        }

        public async ValueTask DisposeAsync()
        {
            try
            {
                if (resource is not null)
                {
                    using var _ = await http.DeleteAsync(resource);
                }
            }
            catch (Exception gone) when (gone is HttpRequestException or TaskCanceledException)
            {
                // Nothing left to close.
            }

            callbacks.Dispose();
        }
    }
}

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading.Channels;
using SseGateway.Harness.ClientTests.Judging;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.ClientTests.Clients;

/// <summary>The EventSource of a browser: a page, served beside the cases, takes orders in several frames and says what happens.</summary>
internal sealed class BrowserClient : IClientUnderTest
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(20);

    /// <summary>How long the page is waited for.</summary>
    public static readonly TimeSpan Opening = TimeSpan.FromMinutes(10);

    // It asks for the next case at least as often as it is answered that there is none.
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(3);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly Channel<Session> _waiting = Channel.CreateUnbounded<Session>();
    private readonly ConcurrentDictionary<string, Session> _open = new();
    private readonly ConcurrentQueue<CaseResult> _results = new();
    private readonly CancellationTokenSource _over = new();
    private readonly OriginRun _page;
    private readonly int _lanes;
    private readonly int _total;
    private readonly string? _library;
    private long _heard = Stopwatch.GetTimestamp();
    private volatile bool _opened;

    /// <param name="origin">Serves the page.</param>
    /// <param name="lanes">Cases that may run at once.</param>
    /// <param name="total">Of cases, for the page.</param>
    /// <param name="library">JavaScript that brings an EventSource of its own into the page; null for the browser's.</param>
    public BrowserClient(StreamOrigin origin, int lanes, int total, string? library = null)
    {
        (_lanes, _total, _library) = (lanes, total, library);
        _page = origin.Begin(new WireTap(), _over.Token);
        _page.Respond = AnswerAsync;
        Url = $"http://localhost:{origin.Address.Port}{_page.Path}/";
    }

    /// <summary>What the browser has to open.</summary>
    public string Url { get; }

    /// <summary>For the page.</summary>
    public void Tell(CaseResult result) => _results.Enqueue(result);

    public async Task<IClientSession> OpenAsync(ClientOrder order, Action<ClientReport> report, CancellationToken cancellation)
    {
        var session = new Session(this, order, report);
        _open[order.Run] = session;
        await _waiting.Writer.WriteAsync(session, cancellation);
        while (!session.Taken.IsCompleted)
        {
            await Task.WhenAny(session.Taken, Task.Delay(TimeSpan.FromSeconds(1), cancellation));
            cancellation.ThrowIfCancellationRequested();
            if (Stopwatch.GetElapsedTime(Interlocked.Read(ref _heard)) > Patience.Stretch(_opened ? Silence : Opening))
            {
                await session.DisposeAsync();
                throw new ClientSetupException(_opened ? "the page was closed, or has stopped" : $"nobody opened {Url}");
            }
        }

        return session;
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        _page.Dispose();
        _over.Dispose();
    }

    private async Task AnswerAsync(OriginExchange exchange)
    {
        Interlocked.Exchange(ref _heard, Stopwatch.GetTimestamp());
        _opened = true;
        var target = exchange.Request.Target[_page.Path.Length..];
        var run = target.Split("?run=") is [_, var named] ? _open.GetValueOrDefault(named) : null;
        switch (target.Split('?')[0])
        {
            case "/":
                await PageAsync(exchange, "manual.html");
                break;
            case "/lane":
                await PageAsync(exchange, "lane.html");
                break;
            case "/library" when _library is not null:
                await exchange.AnswerAsync(200, "text/javascript; charset=utf-8", Bytes.Utf8(_library), _over.Token, "Cache-Control: no-store");
                break;
            case "/status":
                var failed = _results.Where(result => result.Verdict is Verdict.Failed or Verdict.NonStrict or Verdict.Error).Select(
                    result => new { result.Id, Verdict = result.Verdict.ToString(), result.Actual });
                await AnswerAsync(exchange, new { Done = _results.Count, Total = _total, Failed = failed });
                break;
            case "/next":
                await NextAsync(exchange);
                break;
            case "/stop":
                await (run?.Stopped ?? Task.CompletedTask).WaitAsync(_over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await exchange.AnswerAsync(204, null, default, CancellationToken.None);
                break;
            case "/report":
                var (body, _) = await exchange.ReadBodyToEndAsync(_over.Token);
                foreach (var line in System.Text.Encoding.UTF8.GetString(body).Split('\n'))
                {
                    if (ClientReport.Parse(line) is { } said)
                    {
                        run?.Report(said);
                    }
                }

                await exchange.AnswerAsync(204, null, default, _over.Token);
                break;
            default:
                await exchange.AnswerAsync(404, null, default, _over.Token);
                break;
        }
    }

    private async Task NextAsync(OriginExchange exchange)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_over.Token);
        patience.CancelAfter(Poll);
        try
        {
            var session = await _waiting.Reader.ReadAsync(patience.Token);
            session.Take();
            var app = session.Order.App;
            await AnswerAsync(exchange,
                new
                {
                    session.Order.Run,
                    Path = session.Order.Url[session.Order.Url.IndexOf("/r/", StringComparison.Ordinal)..],
                    session.Order.Types,
                    app.CloseAfter,
                    app.CloseAfterMs
                });
        }
        catch (OperationCanceledException)
        {
            await exchange.AnswerAsync(_over.IsCancellationRequested ? 410 : 204, null, default, CancellationToken.None);
        }
    }

    private Task PageAsync(OriginExchange exchange, string name)
    {
        using var stream = new StreamReader(typeof(BrowserClient).Assembly.GetManifestResourceStream($"pages/{name}")!);
        var text = stream.ReadToEnd().Replace("{lanes}", _lanes.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{brings}", _library is null ? "false" : "true", StringComparison.Ordinal)
            .Replace("{library}", _library is null ? "" : "<script src=\"library\"></script>", StringComparison.Ordinal);
        return exchange.AnswerAsync(200, "text/html; charset=utf-8", Bytes.Utf8(text), _over.Token, "Cache-Control: no-store");
    }

    private Task AnswerAsync(OriginExchange exchange, object answer) =>
        exchange.AnswerAsync(200, "application/json", JsonSerializer.SerializeToUtf8Bytes(answer, Json), _over.Token, "Cache-Control: no-store");

    private sealed class Session(BrowserClient browser, ClientOrder order, Action<ClientReport> report) : IClientSession
    {
        private readonly TaskCompletionSource _taken = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource<string?> _never = new();

        public ClientOrder Order { get; } = order;

        public Action<ClientReport> Report { get; } = report;

        public Task Taken => _taken.Task;

        public Task Stopped => _stopped.Task;

        public Task<string?> Ended => _never.Task;

        public void Take() => _taken.TrySetResult();

        public ValueTask DisposeAsync()
        {
            browser._open.TryRemove(Order.Run, out _);
            _stopped.TrySetResult();
            return ValueTask.CompletedTask;
        }
    }
}

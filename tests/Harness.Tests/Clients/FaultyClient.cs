using System.Net;
using System.Text;
using SseGateway.Harness.ClientTests;
using SseGateway.Harness.ClientTests.Clients;
using SseGateway.Harness.ClientTests.Judging;

namespace Harness.Tests.Clients;

/// <summary>A client by the standard, with a fault or without, in the process of the tests.</summary>
internal sealed class FaultyClient(Fault fault) : IClientUnderTest
{
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        MaxAutomaticRedirections = 20,
        RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
        ResponseDrainTimeout = TimeSpan.Zero,
    })
    { Timeout = Timeout.InfiniteTimeSpan };

    public Task<IClientSession> OpenAsync(ClientOrder order, Action<ClientReport> report, CancellationToken cancellation)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (order.App.CloseAfterMs is { } delay)
        {
            stop.CancelAfter(delay);
        }

        return Task.FromResult<IClientSession>(new Session(RunAsync(order, report, stop.Token), stop));
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task RunAsync(ClientOrder order, Action<ClientReport> report, CancellationToken stop)
    {
        var (lastEventId, retry) = (order.App.LastEventId ?? "", TimeSpan.FromMilliseconds(200));
        try
        {
            while (true)
            {
                var origin = "";
                var parser = new FaultyParser(fault, lastEventId, said => report(said.Kind == ReportKind.Event ? said with { Origin = origin } : said))
                {
                    Enough = count => count == order.App.CloseAfter,
                };
                var (final, status, ending) = await ConnectAsync(order, parser, lastEventId, report, from => origin = from, stop);
                lastEventId = parser.LastEventId;
                retry = parser.Retry is { } time ? TimeSpan.FromMilliseconds(time) : retry;
                if (parser.IsClosed)
                {
                    break;
                }

                // To repeat a POST may cost money: that is for the application.
                final |= order.App.Method == "POST" || (fault == Fault.EndsAtACleanEnd && ending == "clean");
                ending = fault == Fault.TakesCutsForCleanEnds && ending is not null ? "clean" : ending;
                report(new ClientReport(ReportKind.Error) { State = final ? "closed" : "connecting", Status = status, Ending = ending });
                if (final)
                {
                    return;
                }

                await Task.Delay(fault == Fault.ReconnectsAtOnce ? TimeSpan.Zero : retry, stop);
            }
        }
        catch (OperationCanceledException)
        {
            // The application, or the harness, has closed it.
        }

        report(new ClientReport(ReportKind.Closed));
    }

    private async Task<(bool Final, int? Status, string? Ending)> ConnectAsync(
        ClientOrder order, FaultyParser parser, string lastEventId, Action<ClientReport> report, Action<string> opened, CancellationToken stop)
    {
        try
        {
            using var request = Request(order, lastEventId);
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
            var isStream = response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var types) && types.ToString().Split(';')[0].Trim()
                .Equals("text/event-stream", StringComparison.OrdinalIgnoreCase);
            isStream &= fault != Fault.RefusesCharsets || response.Content.Headers.ContentType?.CharSet is null or "utf-8";
            if (response.StatusCode != HttpStatusCode.OK || !isStream)
            {
                return (fault != Fault.RetriesAfter204 || response.StatusCode != HttpStatusCode.NoContent, (int)response.StatusCode, null);
            }

            var url = fault == Fault.TellsTheFirstOrigin ? new Uri(order.Url) : response.RequestMessage!.RequestUri!;
            opened(url.GetLeftPart(UriPartial.Authority));

            report(new ClientReport(ReportKind.Open));
            await using var body = await response.Content.ReadAsStreamAsync(stop);
            var buffer = new byte[16 * 1024];
            while (await body.ReadAsync(buffer, stop) is var count && count > 0)
            {
                parser.Feed(buffer.AsSpan(0, count));
                if (parser.IsClosed)
                {
                    return (true, null, null);
                }
            }

            parser.End();
            return (false, null, "clean");
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            return (false, null, "unclean");
        }
    }

    private HttpRequestMessage Request(ClientOrder order, string lastEventId)
    {
        var inQuery = fault == Fault.ResumesByTheQuery && lastEventId.Length > 0 ? $"?lastEventId={Uri.EscapeDataString(lastEventId)}" : "";
        var request = new HttpRequestMessage(new HttpMethod(order.App.Method ?? "GET"), order.Url + inQuery);
        request.Headers.TryAddWithoutValidation("Accept", "text/event-stream");
        request.Headers.TryAddWithoutValidation("Cache-Control", "no-cache");
        if (lastEventId.Length > 0 && fault != Fault.ResumesByTheQuery)
        {
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        }

        if (order.App.Body is { } body)
        {
            request.Content = new StringContent(body);
            request.Content.Headers.Remove("Content-Type");
        }

        foreach (var (name, value) in order.App.Headers ?? new Dictionary<string, string>())
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return request;
    }

    private sealed class Session(Task running, CancellationTokenSource stop) : IClientSession
    {
        private readonly TaskCompletionSource<string?> _never = new();

        public Task<string?> Ended => _never.Task;

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await running;
            stop.Dispose();
        }
    }
}
